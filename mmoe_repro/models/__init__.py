"""The paper's architectures as populations: every parameter has a leading run axis."""

from mmoe_repro.models.mmoe import MMoE
from mmoe_repro.models.omoe import OMoE
from mmoe_repro.models.shared_bottom import SharedBottom

__all__ = ["MMoE", "OMoE", "SharedBottom"]
