//! Sets that grow together (Tarjan 1975): each member leads to one that stands for all.

/// Who stands for the set of `v`; ways that were walked become shorter.
pub(crate) fn find(root: &mut [u32], v: u32) -> u32 {
    let mut v = v as usize;
    while root[v] as usize != v {
        root[v] = root[root[v] as usize];
        v = root[v] as usize;
    }
    v as u32
}
