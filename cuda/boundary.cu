// The functions of job.h, linked into every family's library.
#include "boundary.h"
#include "plane_job.h"

namespace divergence {

EXPORT const char* divergence_last_error() { return error_text().c_str(); }
EXPORT const char* divergence_job_fields() { return describe_parameters<Job>(); }
EXPORT const char* divergence_orbit_job_fields() { return describe_parameters<OrbitJob>(); }
EXPORT const char* divergence_plane_reference_job_fields() {
    return describe_parameters<PlaneReferenceJob>();
}
EXPORT const char* divergence_plane_pixels_job_fields() {
    return describe_parameters<PlanePixelsJob>();
}
EXPORT const char* divergence_progress_fields() { return describe_parameters<Progress>(); }

EXPORT int divergence_device_count(int64_t* count) {
    return guarded([&] { *count = count_devices(); });
}
EXPORT int divergence_device_name(int64_t device, char* name, int64_t size) {
    return guarded([&] { snprintf(name, size_t(size), "%s", name_device(device).c_str()); });
}
EXPORT int divergence_poll(int64_t ticket, double seconds, Progress* progress) {
    return guarded([&] {
        return tickets().find(ticket)->poll(seconds, *progress) ? divergence_done : divergence_busy;
    });
}
EXPORT int divergence_release(int64_t ticket) {
    return guarded([&] { tickets().remove(ticket); });
}

}  // namespace divergence
