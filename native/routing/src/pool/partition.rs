//! Set partitioning: choose columns so that every exact row is in one of them, and no row with a
//! limit in more than that many.

/// Columns over rows: the first rows are in exactly one chosen column, the others in `limit` at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct Partition {
    pub exact: usize,
    pub limit: Vec<i64>,
    pub cost: Vec<i64>,
    begins: Vec<u32>,
    /// Where the rows with a limit begin in each column.
    splits: Vec<u32>,
    members: Vec<u32>,
}

impl Partition {
    /// No columns yet.
    pub fn new(exact: usize, limit: Vec<i64>) -> Self {
        Self { exact, limit, begins: vec![0], ..Self::default() }
    }

    /// A column over rows in ascending order, each once.
    pub fn push(&mut self, rows: &[u32], cost: i64) -> u32 {
        let split = rows.partition_point(|&i| (i as usize) < self.exact);
        self.splits.push((self.members.len() + split) as u32);
        self.members.extend_from_slice(rows);
        self.begins.push(self.members.len() as u32);
        self.cost.push(cost);
        (self.cost.len() - 1) as u32
    }

    /// Number of columns.
    pub fn len(&self) -> usize {
        self.cost.len()
    }

    /// Rows of both kinds.
    pub fn rows(&self) -> usize {
        self.exact + self.limit.len()
    }

    /// All rows of a column.
    #[inline(always)]
    pub fn members(&self, j: u32) -> &[u32] {
        let j = j as usize;
        &self.members[self.begins[j] as usize..self.begins[j + 1] as usize]
    }

    /// Its exact rows.
    #[inline(always)]
    pub fn exact(&self, j: u32) -> &[u32] {
        let j = j as usize;
        &self.members[self.begins[j] as usize..self.splits[j] as usize]
    }

    /// Its rows with a limit.
    #[inline(always)]
    pub fn limited(&self, j: u32) -> &[u32] {
        let j = j as usize;
        &self.members[self.splits[j] as usize..self.begins[j + 1] as usize]
    }

    /// Cost of a choice.
    pub fn cost_of(&self, chosen: &[u32]) -> i64 {
        chosen.iter().map(|&j| self.cost[j as usize]).sum()
    }

    /// Columns by row, of those that are `wanted`, in the order given.
    pub fn by_row(&self, order: &[u32]) -> Lists {
        let mut begins = vec![0_u32; self.rows() + 1];
        for &j in order {
            self.members(j).iter().for_each(|&i| begins[i as usize + 1] += 1);
        }
        for i in 0..self.rows() {
            begins[i + 1] += begins[i];
        }
        let mut ends = begins.clone();
        let mut columns = vec![0; begins[self.rows()] as usize];
        for &j in order {
            for &i in self.members(j) {
                columns[ends[i as usize] as usize] = j;
                ends[i as usize] += 1;
            }
        }
        Lists { begins, columns }
    }
}

/// Columns by row.
pub(crate) struct Lists {
    begins: Vec<u32>,
    columns: Vec<u32>,
}

impl Lists {
    /// The columns of a row.
    #[inline(always)]
    pub fn of(&self, row: u32) -> &[u32] {
        let i = row as usize;
        &self.columns[self.begins[i] as usize..self.begins[i + 1] as usize]
    }
}
