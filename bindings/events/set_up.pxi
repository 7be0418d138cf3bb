# Runs once, at import: see objects.pxi.

cdef int set_up() except -1:
    for kind in (
        Event, Timeout, Initialize, Interruption, Process, Condition, AllOf, AnyOf, Put, Get,
        Request, Release, PriorityRequest, ContainerPut, ContainerGet, StorePut, StoreGet,
        FilterStoreGet,
    ):
        backhaul_set_up(<PyTypeObject *>kind, True)
    for kind in (
        BaseResource, Resource, PriorityResource, PreemptiveResource, Container, Store,
        PriorityStore, FilterStore,
    ):
        backhaul_set_up(<PyTypeObject *>kind, False)
    return 0


set_up()
