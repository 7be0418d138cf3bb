//! Whole chains, generated: nothing appears or vanishes, and threads change nothing.

use backhaul_twin::model::{Products, Stores, SUBSTITUTES};
use backhaul_twin::{Cells, Model};
use proptest::prelude::*;

/// What a generated product is made of: department, shelf life, dispersion, shares, markdown.
type Kind = (u16, u16, f32, f32, f32, u16);

fn chain(seed: u64, stores: usize, kinds: &[Kind], base: f32, threads: usize) -> Cells {
    let n = kinds.len();
    let products = Products {
        department: kinds.iter().map(|k| k.0).collect(),
        tax_class: kinds.iter().map(|k| k.0 % 2).collect(),
        reference_price_cents: (0..n as i32).map(|p| 50 + 37 * p).collect(),
        elasticity: vec![-1.5; n],
        mailer_uplift: vec![2.25; n],
        display_uplift: vec![1.8; n],
        both_uplift: vec![3.57; n],
        shelf_life_d: kinds.iter().map(|k| k.1).collect(),
        case_pack: (0..n as i32).map(|p| 1 + p % 5).collect(),
        dispersion: kinds.iter().map(|k| k.2).collect(),
        freshest_share: kinds.iter().map(|k| k.3).collect(),
        shrink_share: vec![0.1; n],
        switch_share: kinds.iter().map(|k| k.4).collect(),
        units_per_line: vec![1.4; n],
        space_elasticity: vec![0.17; n],
        substitutes: (0..n as i32)
            .flat_map(|p| (1..=SUBSTITUTES as i32).map(move |i| (p, (p + i) % n as i32)))
            .map(|(p, other)| if other == p { -1 } else { other })
            .collect(),
    };
    let network = Stores {
        key: (0..stores as u32).map(|s| 100 + s).collect(),
        zone: vec![0; stores],
        lines_per_basket: vec![5.0; stores],
        traffic_sd: vec![0.2; stores],
    };
    let model =
        Model::new(seed, products, network, vec![1.0; 3], vec![0.5; 6], (3, 2, 1), 0.1).unwrap();
    let mut cells = Cells::new(model, &vec![base; stores * n], threads).unwrap();
    let off: Vec<u16> = kinds.iter().map(|k| k.5).collect();
    cells.set_markdowns(&off, 1).unwrap();
    cells
}

fn kind() -> impl Strategy<Value = Kind> {
    (0_u16..3, 0_u16..5, 0.0_f32..2.0, 0.0_f32..1.0, 0.0_f32..1.0, 0_u16..6000)
}

/// Run some days with deliveries and withdrawals; audit after every step.
fn run(cells: &mut Cells, deliveries: &[(i32, i64, u16)]) -> Result<(), TestCaseError> {
    let n = cells.model().n_products();
    for (day, &(units, unit_cost, life)) in deliveries.iter().enumerate() {
        cells.open_day(day as u32, None, None, None).unwrap();
        for s in 0..cells.model().n_stores() {
            let products: Vec<u32> = (0..n as u32).collect();
            let quantity: Vec<i32> = (0..n as i32).map(|p| (units + p + s as i32) % 40).collect();
            let value: Vec<i64> = quantity.iter().map(|&q| i64::from(q) * unit_cost).collect();
            cells.receive(s, &products, &quantity, &value, Some(&vec![life; n]), None).unwrap();
        }
        prop_assert_eq!(cells.audit(), None);
        cells.step_part(0).unwrap();
        prop_assert_eq!(cells.audit(), None);
        let taken = cells.withdraw(0, &[0], &[3]).unwrap();
        prop_assert!(taken[0].units <= 3);
        prop_assert_eq!(cells.audit(), None);
        cells.step_part(1).unwrap();
        for store in cells.stores() {
            for p in 0..n {
                let (wanted, sold) = (store.demand[p], store.sales[p]);
                let (switched, lost) = (store.switched[p], store.lost[p]);
                prop_assert!(sold >= 0 && switched >= 0 && lost >= 0);
                // Sold to own customers and to those of others; nobody is counted twice.
                prop_assert!(sold + switched + lost >= wanted);
            }
            let total = |v: &[i32]| v.iter().map(|&x| i64::from(x)).sum::<i64>();
            prop_assert_eq!(total(&store.demand), total(&store.sales) + total(&store.lost));
            let tax: i64 = store.tax_base_cents.iter().sum();
            prop_assert_eq!(tax, store.part.iter().map(|d| d.revenue_cents).sum::<i64>());
            let lines: i64 = store.part.iter().map(|d| d.lines).sum();
            prop_assert!(store.baskets <= lines && (lines == 0) == (store.baskets == 0));
        }
        cells.close_day().unwrap();
        prop_assert_eq!(cells.audit(), None);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn units_and_cents_are_conserved(
        seed in 0_u64..1000,
        kinds in prop::collection::vec(kind(), 1..13),
        base in 0.0_f32..40.0,
        deliveries in prop::collection::vec((0_i32..40, 0_i64..900, 0_u16..6), 1..6),
    ) {
        run(&mut chain(seed, 3, &kinds, base, 1), &deliveries)?;
    }

    #[test]
    fn threads_change_nothing(
        kinds in prop::collection::vec(kind(), 1..9),
        deliveries in prop::collection::vec((0_i32..40, 1_i64..900, 0_u16..6), 1..4),
    ) {
        let mut one = chain(5, 5, &kinds, 6.0, 1);
        let mut three = chain(5, 5, &kinds, 6.0, 3);
        run(&mut one, &deliveries)?;
        run(&mut three, &deliveries)?;
        for (a, b) in one.stores().iter().zip(three.stores()) {
            prop_assert_eq!(&a.stock, &b.stock);
            prop_assert_eq!(&a.value_cents, &b.value_cents);
            prop_assert_eq!(&a.day, &b.day);
            prop_assert_eq!(&a.part, &b.part);
            let levels = |s: &backhaul_twin::store::Store| -> Vec<u32> {
                (0..kinds.len()).map(|p| s.level(p).to_bits()).collect()
            };
            prop_assert_eq!(levels(a), levels(b));
        }
    }

    /// Orders are whole cases, fit on the shelf, and are only for what the store lists.
    #[test]
    fn orders_are_cases_that_fit(
        kinds in prop::collection::vec(kind(), 1..9),
        base in 0.1_f32..40.0,
        capacity in 1_i32..80,
        lead in 0_u16..4,
    ) {
        let n = kinds.len();
        let mut cells = chain(1, 2, &kinds, base, 1);
        let mut facings = vec![1; 2 * n];
        facings[0] = 0;
        cells.set_space(&facings, &vec![1; 2 * n], &vec![capacity; 2 * n]).unwrap();
        let schedule = backhaul_twin::order::Schedule {
            first_day: 0,
            lead_d: &[lead; 2],
            cover_d: &[3; 2],
            due: &[true, true],
        };
        let mut order = vec![0; 2 * n];
        cells.order_to_service(schedule, &vec![1.5; n], &vec![2; 2 * n], &mut order).unwrap();
        prop_assert_eq!(order[0], 0);
        for (i, &units) in order.iter().enumerate().skip(1) {
            let pack = cells.model().products.case_pack[i % n];
            prop_assert_eq!(units % pack, 0);
            prop_assert!(units <= capacity.max(pack), "{} units on a shelf of {}", units, capacity);
            prop_assert!(units > 0, "an empty listed cell orders");
        }
    }
}

/// The same customers come to a store, whoever else opens or closes and whatever it stocks.
#[test]
fn draws_are_named_after_store_and_product() {
    let kinds = [(0, 0, 0.5, 0.0, 0.0, 0), (1, 3, 0.2, 0.5, 0.5, 0)];
    let demand = |stores: usize, kinds: &[Kind], stock: i32| -> Vec<i32> {
        let mut cells = chain(9, stores, kinds, 8.0, 1);
        cells.open_day(0, None, None, None).unwrap();
        cells.receive(0, &[0], &[stock], &[0], None, None).unwrap();
        cells.step_part(0).unwrap();
        cells.stores()[0].demand[..2].to_vec()
    };
    let more: Vec<Kind> = kinds.iter().copied().chain([(2, 0, 0.1, 0.0, 0.0, 0); 5]).collect();
    assert_eq!(demand(1, &kinds, 0), demand(4, &kinds, 50));
    assert_eq!(demand(1, &kinds, 0), demand(1, &more, 7));
}

#[test]
fn the_day_has_an_order() {
    let mut cells = chain(1, 1, &[(0, 0, 0.0, 0.0, 0.0, 0)], 1.0, 1);
    assert!(cells.step_part(0).is_err());
    assert!(cells.receive(0, &[0], &[1], &[1], None, None).is_err());
    cells.open_day(3, None, None, None).unwrap();
    assert!(cells.open_day(4, None, None, None).is_err());
    assert!(cells.step_part(1).is_err());
    assert!(cells.close_day().is_err());
    cells.step_part(0).unwrap();
    cells.step_part(1).unwrap();
    cells.close_day().unwrap();
    assert_eq!(cells.open_day(3, None, None, None).unwrap_err().allowed, "a day after 3");
}
