//! Every tuned constant, in one table.

macro_rules! options {
    ($( $(#[doc = $doc:literal])+ $name:ident: $kind:ty = $default:expr, )*) => {
        /// Tuned constants; the defaults are what the benchmarks use.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Options { $( $(#[doc = $doc])+ pub $name: $kind, )* }

        impl Default for Options {
            fn default() -> Self {
                Self { $( $name: $default, )* }
            }
        }

        impl Options {
            /// Name, default and meaning of every option.
            pub fn table() -> Vec<(&'static str, f64, &'static str)> {
                let default = Self::default();
                vec![ $( (stringify!($name), default.$name as f64, concat!($($doc),+).trim_ascii()), )* ]
            }

            /// Set an option by name; false when there is none of that name.
            pub fn set(&mut self, name: &str, value: f64) -> bool {
                match name {
                    $( stringify!($name) => self.$name = value as $kind, )*
                    _ => return false,
                }
                true
            }
        }
    };
}

options! {
    /// Nearest clients kept for ruin.
    ruin_neighbours: usize = 100,
    /// Nearest clients kept where there are more than twenty thousand.
    many_neighbours: usize = 40,
    /// Clients next to which an insertion is tried.
    insert_neighbours: usize = 60,
    /// Near clients with which local search tries to join a client; 0: no local search.
    local_neighbours: usize = 15,
    /// Without windows: clients a route times near clients with which local search tries that: where
    /// routes are short, room for a client is further away.
    local_span: f64 = 200.0,
    /// Without windows: near clients with which local search tries that, at most.
    local_most: usize = 40,
    /// Weight of unavoidable waiting in closeness.
    wait_weight: f64 = 0.2,
    /// Weight of unavoidable lateness in closeness.
    late_weight: f64 = 1.0,
    /// Share of insertions that are overlooked.
    blink_rate: f64 = 0.1,
    /// Average number of stops removed in one ruin.
    ruin_size: f64 = 8.0,
    /// The same where windows exist and routes have ten stops; it grows with the cube root of that.
    timed_ruin_size: f64 = 13.0,
    /// The same where pickup and delivery pairs exist.
    pair_ruin_size: f64 = 15.0,
    /// Longest string removed from one route.
    string_length: f64 = 10.0,
    /// The same where windows exist, as a share of the mean route.
    timed_string_share: f64 = 0.5,
    /// Chance that a string keeps a part in its middle.
    split_chance: f64 = 0.5,
    /// Chance that the part that is kept grows by one more stop.
    split_growth: f64 = 0.01,
    /// Chance that a ruin takes out a whole route, whose stops then go into others wherever they fit.
    route_chance: f64 = 0.05,
    /// Most stops of a route that is taken out whole.
    route_size: usize = 25,
    /// Where vehicles reload: trips offered to other vehicles in a round; a fraction is a chance.
    trip_deals: f64 = 2.0,
    /// Coolings one after another, each from a first plan of its own, at most; not where vehicles come first.
    coolings: usize = 8,
    /// Rounds a request that a cooling has at least, if there are several.
    cooling_rounds: f64 = 600.0,
    /// Share of the effort in which only what is cheaper is accepted, before annealing.
    settle_share: f64 = 0.03,
    /// First temperature, as a share of the mean cost of a leg between two stops in the
    /// plan so far.
    start_heat: f64 = 1.5,
    /// The same where windows exist.
    timed_start_heat: f64 = 3.0,
    /// The same where vehicles reload.
    trip_start_heat: f64 = 1.0,
    /// The same where vehicles come first, as a share of the mean cost of all legs.
    fleet_heat: f64 = 1.0,
    /// The same once the vehicles are as few as they get.
    last_fleet_heat: f64 = 4.0,
    /// Rounds a request for which it is as high as that; with fewer it is lower in proportion.
    last_heat_rounds: f64 = 500.0,
    /// Pickup and delivery pairs: rounds a request from which some may wait at a price for a while.
    bank_rounds: f64 = 500.0,
    /// Share of a cooling in which they may; 0: never.
    bank_until: f64 = 0.6,
    /// Share of rounds that begin with some that wait: the price rises when it is more.
    bank_share: f64 = 0.3,
    /// Last temperature, as a share of the same mean cost.
    end_heat: f64 = 0.02,
    /// With windows, unless vehicles come first: share of rounds in which local search saves less than
    /// what a plan may be too dear by and still get one; 1: every plan gets one.
    promise_share: f64 = 0.95,
    /// Share of dearer plans that get one all the same.
    promise_trials: f64 = 0.05,
    /// Share of rounds in which optional stops are planned whatever they cost.
    generosity: f64 = 0.05,
    /// Share of rounds in which an optional stop may open a vehicle whatever it costs.
    opening: f64 = 0.2,
    /// Plain problems: clients up to which insertions are overlooked at the full `blink_rate`; with more it falls in proportion.
    plain_blink_clients: f64 = 400.0,
    /// Plain problems: share of the rate that is left, at least.
    plain_blink_least: f64 = 0.3,
    /// Plain problems: average number of stops removed in one ruin.
    plain_ruin_size: f64 = 15.0,
    /// Plain problems: nearest clients kept above a hundred thousand.
    plain_many_neighbours: usize = 40,
    /// Plain problems: near clients next to which an insertion is tried.
    plain_neighbours: usize = 30,
    /// Plain problems: highest first temperature, as a share of the mean distance to near clients.
    plain_start_heat: f64 = 1.5,
    /// Plain problems: rounds a client for which the first temperature is as high as that; with
    /// fewer it is lower in proportion.
    plain_heat_rounds: f64 = 100.0,
    /// Plain problems: last temperature, as a share of the same.
    plain_end_heat: f64 = 0.01,
    /// Plain problems: near clients with which local search tries to join a client, at least.
    plain_local_neighbours: usize = 15,
    /// Plain problems: clients a route times near clients looked at: where routes are short, room
    /// for a client is further away.
    plain_span: f64 = 200.0,
    /// Plain problems: near clients with which local search tries to join a client, at most.
    plain_local_most: usize = 40,
    /// Plain problems: near clients beside which an exchange is tried.
    plain_exchange_neighbours: usize = 10,
    /// Plain problems: chance that a ruin takes out a whole route.
    plain_route_chance: f64 = 0.05,
    /// Plain problems: most stops of a route that is taken out whole.
    plain_route_size: usize = 12,
    /// Plain problems: locations up to which distances are looked up rather than computed.
    plain_table: usize = 300,
    /// Plain problems: price of overload at the start: 1 makes the mean client cost as much as in a
    /// route of its own.
    plain_price: f64 = 1.0,
    /// Plain problems: rise of the price after an overloaded round, against 1 % fall after others.
    plain_price_rise: f64 = 10.0,
    /// Plain problems: factor by which the price grows to repair an overloaded plan.
    plain_price_growth: f64 = 8.0,
    /// Plain problems: how often a plan is improved at growing prices.
    plain_repairs: usize = 4,
    /// Plain problems: moves after which local search ends a round.
    plain_moves: usize = 200,
    /// Plain problems: clients on either side of a change that are looked at where an overloaded route is longer than four times as many.
    plain_repair_reach: usize = 25,
    /// Plain problems on a plane: clients above which the plan is improved region by region.
    plain_regions_above: usize = 20_000,
    /// Plain problems: clients of a region.
    plain_region: usize = 5_000,
    /// Plain problems: how often the map is cut into regions, each time otherwise.
    plain_passes: usize = 6,
    /// Several threads: share of the budget before their searches meet for the first time.
    meet_first: f64 = 0.5,
    /// Several threads: how often the searches meet and go on from the best plan.
    meetings: usize = 3,
    /// Several threads: rounds a client after which all routes of the plan at hand go into the pool,
    /// not only those that have changed; 0: no pool.
    pool_rounds: f64 = 1.0,
    /// Several threads: routes go into the pool while the plan costs at most this share more than the best.
    pool_gap: f64 = 0.03,
    /// Several threads: steps in which prices are found that tell good routes of the pool.
    pool_steps: usize = 200,
    /// Several threads: looks at routes in the search for a better plan out of those of the pool.
    pool_looks: usize = 2_000_000,
    /// Several threads: largest share of the time for that at a meeting.
    pool_share: f64 = 0.02,
    /// Iterations without limits, per client.
    patience: f64 = 2000.0,
    /// Share of the effort spent on fewer vehicles when they come first.
    fleet_share: f64 = 0.3,
    /// Most requests of a route that make room for one that fits nowhere; 0: such requests wait, and
    /// annealing goes on.
    fleet_ejections: usize = 4,
    /// Random moves after each of these.
    fleet_shakes: usize = 100,
    /// Share of the effort for fewer vehicles that goes into this where pairs exist; annealing gets the rest.
    fleet_paired: f64 = 0.3,
}
