# dispatch.pxd -- from names and settings to functions of the kernels; shared by _core.pyx and _testing.pyx.

from cython_ext.tile cimport OBJECTIVES, Objective, ObjectiveSettings, TileKernels
from cython_ext.types cimport Apply


cdef inline const char* capsule_name() noexcept:
    # The name of capsules that hold a const TileKernels*.
    return "w2v.TileKernels"


cdef inline const Objective* find_objective(const TileKernels* kernels, str name) except NULL:
    for i in range(OBJECTIVES):
        if kernels.objectives[i].name.decode() == name:
            return &kernels.objectives[i]
    raise ValueError(f"there is no objective {name!r}")


cdef inline Apply find_apply(const TileKernels* kernels, const Objective* objective, bint stepped) noexcept:
    if objective.cosine:
        return kernels.apply_scaled_stepped if stepped else kernels.apply_scaled
    return kernels.apply_stepped if stepped else kernels.apply


cdef inline ObjectiveSettings objective_settings(settings) except *:
    cdef ObjectiveSettings found
    found.negative, found.negative_weight = settings.negative, settings.negative_weight
    found.temperature, found.margin = settings.temperature, settings.margin
    found.align_weight, found.align_power = settings.align_weight, settings.align_power
    found.uniform_t = settings.uniform_t
    return found
