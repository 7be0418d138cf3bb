//! A permutation with the change of cost of every swap, kept up to date.
//!
//! Taillard (1991) updates the value of a swap in constant time unless it shares a facility with the
//! swap just made. Both matrices are kept in the order of the facilities, so that the update of a
//! row is a product of two differences of vectors. The values of swaps that share a facility follow
//! from the product of the two matrices, which changes by a product of two vectors with every swap:
//! no swap costs a sum over all facilities.

use super::number::Number;
use super::Qap;

/// Matrices of one instance in one kind of number.
pub struct Matrices<T> {
    pub n: usize,
    pub flow: Vec<T>,
    pub distance: Vec<T>,
    pub symmetric: bool,
    /// Facilities of one class are alike: swaps among them are never worth anything.
    pub class: Vec<u32>,
}

impl<T: Number> Matrices<T> {
    /// Convert; the caller has checked that every value fits.
    pub fn new(qap: &Qap) -> Self {
        let convert = |m: &[i64]| m.iter().map(|&x| T::from_whole(x)).collect();
        Self {
            n: qap.n,
            flow: convert(&qap.flow),
            distance: convert(&qap.distance),
            symmetric: qap.symmetric,
            class: qap.class.clone(),
        }
    }
}

/// The search's state.
pub struct Table<'a, T> {
    matrices: &'a Matrices<T>,
    /// Location of each facility.
    pub place: Vec<u32>,
    /// Cost of the permutation.
    pub cost: i64,
    /// `delta[r * n + s]` for r < s.
    delta: Vec<T>,
    /// Distances between the places of facilities.
    here: Vec<T>,
    /// `product[r * n + s]`: sum over k of flow[r][k] x here[s][k].
    product: Vec<T>,
    /// The same over columns, where the matrices are not symmetric.
    columns: Vec<T>,
    rows: [Vec<T>; 4],
}

impl<'a, T: Number> Table<'a, T> {
    /// The table of a permutation.
    pub fn new(matrices: &'a Matrices<T>, place: &[u32], cost: i64) -> Self {
        let n = matrices.n;
        let blank = vec![T::ZERO; n];
        let mut table = Self {
            matrices,
            place: Vec::new(),
            cost,
            delta: vec![T::MAX; n * n],
            here: vec![T::ZERO; n * n],
            product: vec![T::ZERO; n * n],
            columns: vec![T::ZERO; if matrices.symmetric { 0 } else { n * n }],
            rows: [blank.clone(), blank.clone(), blank.clone(), blank],
        };
        table.reset(place, cost);
        table
    }

    /// Go to another permutation.
    pub fn reset(&mut self, place: &[u32], cost: i64) {
        let n = self.matrices.n;
        self.place = place.to_vec();
        self.cost = cost;
        for i in 0..n {
            let row = &self.matrices.distance[place[i] as usize * n..][..n];
            for j in 0..n {
                self.here[i * n + j] = row[place[j] as usize];
            }
        }
        self.multiply();
        for r in 0..n {
            for s in r + 1..n {
                self.delta[r * n + s] = self.value(r, s);
            }
        }
    }

    /// Both products from scratch.
    fn multiply(&mut self) {
        let n = self.matrices.n;
        let (f, d) = (&self.matrices.flow, &self.here);
        self.product.fill(T::ZERO);
        self.columns.fill(T::ZERO);
        let mut across = vec![T::ZERO; n];
        for k in 0..n {
            for s in 0..n {
                across[s] = d[s * n + k];
            }
            for r in 0..n {
                add_scaled(&mut self.product[r * n..(r + 1) * n], f[r * n + k], &across);
                if !self.matrices.symmetric {
                    let down = &d[k * n..(k + 1) * n];
                    add_scaled(&mut self.columns[r * n..(r + 1) * n], f[k * n + r], down);
                }
            }
        }
    }

    /// Change of cost when facilities `r` and `s` change places, from the products.
    fn value(&self, r: usize, s: usize) -> T {
        let n = self.matrices.n;
        if self.matrices.class[r] == self.matrices.class[s] {
            return T::MAX;
        }
        let (f, d) = (&self.matrices.flow, &self.here);
        let (rr, ss, rs, sr) = (r * n + r, s * n + s, r * n + s, s * n + r);
        let own = (f[rr] - f[ss]) * (d[ss] - d[rr]) + (f[rs] - f[sr]) * (d[sr] - d[rs]);
        let whole = |p: &[T]| (p[rs] + p[sr]) - (p[rr] + p[ss]);
        // The sums run over all facilities; r and s themselves are counted in `own`.
        let pair = (f[rr] - f[sr]) * (d[sr] - d[rr]) + (f[rs] - f[ss]) * (d[ss] - d[rs]);
        let rows = whole(&self.product) - pair;
        if self.matrices.symmetric {
            return own + T::TWO * rows;
        }
        let pair = (f[rr] - f[rs]) * (d[rs] - d[rr]) + (f[sr] - f[ss]) * (d[ss] - d[sr]);
        own + rows + (whole(&self.columns) - pair)
    }

    /// Value of a swap, `r` < `s`.
    #[cfg(test)]
    pub fn delta(&self, r: usize, s: usize) -> T {
        self.delta[r * self.matrices.n + s]
    }

    /// Values of the swaps of `r` with everything after it.
    #[inline]
    pub fn row(&self, r: usize) -> &[T] {
        &self.delta[r * self.matrices.n + r + 1..(r + 1) * self.matrices.n]
    }

    /// Swap `u` and `v` and bring the table up to date.
    pub fn swap(&mut self, u: usize, v: usize) {
        let n = self.matrices.n;
        self.cost += self.delta[u.min(v) * n + u.max(v)].to_whole();
        let (f, d) = (&self.matrices.flow, &self.here);
        let [fr, dr, fc, dc] = &mut self.rows;
        for k in 0..n {
            fr[k] = f[u * n + k] - f[v * n + k];
            dr[k] = d[u * n + k] - d[v * n + k];
        }
        if self.matrices.symmetric {
            for r in 0..n {
                add_scaled(&mut self.product[r * n..(r + 1) * n], T::ZERO - fr[r], dr);
                let (a, b) = (T::TWO * fr[r], dr[r]);
                let row = &mut self.delta[r * n + r + 1..(r + 1) * n];
                for ((x, &p), &q) in row.iter_mut().zip(&fr[r + 1..]).zip(&dr[r + 1..]) {
                    *x += (a - (p + p)) * (b - q);
                }
            }
        } else {
            for k in 0..n {
                fc[k] = f[k * n + u] - f[k * n + v];
                dc[k] = d[k * n + u] - d[k * n + v];
            }
            for r in 0..n {
                add_scaled(&mut self.product[r * n..(r + 1) * n], T::ZERO - fc[r], dc);
                add_scaled(&mut self.columns[r * n..(r + 1) * n], T::ZERO - fr[r], dr);
                let row = &mut self.delta[r * n + r + 1..(r + 1) * n];
                for (s, x) in (r + 1..n).zip(row) {
                    *x += (fr[r] - fr[s]) * (dr[r] - dr[s]) + (fc[r] - fc[s]) * (dc[r] - dc[s]);
                }
            }
        }
        self.place.swap(u, v);
        for k in 0..n {
            self.here.swap(u * n + k, v * n + k);
        }
        for matrix in [&mut self.here, &mut self.product, &mut self.columns] {
            for row in matrix.chunks_exact_mut(n) {
                row.swap(u, v);
            }
        }
        for k in 0..n {
            for w in [u, v] {
                if k != w {
                    self.delta[k.min(w) * n + k.max(w)] = self.value(k.min(w), k.max(w));
                }
            }
        }
    }
}

/// `to[k] += factor * from[k]`; nothing to do for the many zeros of sparse flows.
#[inline]
fn add_scaled<T: Number>(to: &mut [T], factor: T, from: &[T]) {
    if factor != T::ZERO {
        for (x, &y) in to.iter_mut().zip(from) {
            *x += factor * y;
        }
    }
}
