//! Whole-number totals by store and department: what the ledger and the KPIs are fed with.

/// Totals of one part of a day.
pub const PART_COLUMNS: [&str; 13] = [
    "units",
    "lines",
    "discounted_lines",
    "revenue_cents",
    "discount_cents",
    "markdown_cents",
    "markdown_units",
    "demand_units",
    "switched_units",
    "lost_units",
    "unlisted_units",
    "listed_cells",
    "empty_cells",
];

/// Totals of a closed day.
pub const DAY_COLUMNS: [&str; 13] = [
    "opening_units",
    "received_units",
    "sold_units",
    "waste_units",
    "shrink_units",
    "withdrawn_units",
    "closing_units",
    "opening_cents",
    "received_cents",
    "cost_cents",
    "waste_cents",
    "shrink_cents",
    "withdrawn_cents",
];

/// One part of a day in one department of one store; fields as in [`PART_COLUMNS`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    /// Units sold, substitutes included.
    pub units: i64,
    /// Lines on receipts.
    pub lines: i64,
    /// Lines sold below list price.
    pub discounted_lines: i64,
    /// Net sales: list price less discounts and markdowns.
    pub revenue_cents: i64,
    /// List price less price asked, on what was sold.
    pub discount_cents: i64,
    /// Reductions on units on their last day.
    pub markdown_cents: i64,
    /// Units sold so reduced.
    pub markdown_units: i64,
    /// Units wanted, whether there or not, of listed products.
    pub demand_units: i64,
    /// Units of listed products that customers replaced by another product.
    pub switched_units: i64,
    /// Units of listed products that customers went without.
    pub lost_units: i64,
    /// Units of products that the store does not list that customers went without.
    pub unlisted_units: i64,
    /// Listed products.
    pub listed_cells: i64,
    /// Listed products with nothing on the shelf at the end of the part.
    pub empty_cells: i64,
    /// Expected demand of listed products.
    pub expected: f64,
    /// The part of it that met stock at the end.
    pub expected_in_stock: f64,
}

impl Part {
    /// The whole-number fields in the order of [`PART_COLUMNS`].
    pub fn columns(&self) -> [i64; PART_COLUMNS.len()] {
        [
            self.units,
            self.lines,
            self.discounted_lines,
            self.revenue_cents,
            self.discount_cents,
            self.markdown_cents,
            self.markdown_units,
            self.demand_units,
            self.switched_units,
            self.lost_units,
            self.unlisted_units,
            self.listed_cells,
            self.empty_cells,
        ]
    }
}

/// A closed day in one department of one store; fields as in [`DAY_COLUMNS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// In stock at the start.
    pub opening_units: i64,
    /// Delivered.
    pub received_units: i64,
    /// Sold.
    pub sold_units: i64,
    /// Thrown away at the end of their life.
    pub waste_units: i64,
    /// Stolen, damaged or mislaid.
    pub shrink_units: i64,
    /// Taken out by a transfer, a recall or a return to the supplier.
    pub withdrawn_units: i64,
    /// In stock at the end.
    pub closing_units: i64,
    /// Cost of the stock at the start.
    pub opening_cents: i64,
    /// Cost of the deliveries.
    pub received_cents: i64,
    /// Cost of what was sold.
    pub cost_cents: i64,
    /// Cost of the waste.
    pub waste_cents: i64,
    /// Cost of the shrink.
    pub shrink_cents: i64,
    /// Cost of what was withdrawn.
    pub withdrawn_cents: i64,
}

impl Day {
    /// The fields in the order of [`DAY_COLUMNS`].
    pub fn columns(&self) -> [i64; DAY_COLUMNS.len()] {
        [
            self.opening_units,
            self.received_units,
            self.sold_units,
            self.waste_units,
            self.shrink_units,
            self.withdrawn_units,
            self.closing_units,
            self.opening_cents,
            self.received_cents,
            self.cost_cents,
            self.waste_cents,
            self.shrink_cents,
            self.withdrawn_cents,
        ]
    }

    /// Cost of the stock at the end: what came in less what went out, to the cent.
    pub fn closing_cents(&self) -> i64 {
        self.opening_cents + self.received_cents
            - self.cost_cents
            - self.waste_cents
            - self.shrink_cents
            - self.withdrawn_cents
    }
}
