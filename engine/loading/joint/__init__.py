"""Routes and loads together: the capacitated vehicle routing problem with 3D loading."""

from backhaul.engine.loading.joint.plan import JointPlan, Route
from backhaul.engine.loading.joint.problem import Customer, JointProblem, Window
from backhaul.engine.loading.joint.reader import read_cvrp3l
from backhaul.engine.loading.joint.solve import solve_joint

__all__ = [
    "Customer",
    "JointPlan",
    "JointProblem",
    "Route",
    "Window",
    "read_cvrp3l",
    "solve_joint",
]
