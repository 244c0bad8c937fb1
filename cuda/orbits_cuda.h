// Orbits on a GPU: one a thread; visits are counted in the device's memory.
#pragma once

#include "engine_cuda.h"
#include "orbits.h"

namespace divergence {

// Takes every orbit from step `first` of the job `budget` steps further.
template <template <class> class F>
__global__ void __launch_bounds__(largest_block, 1)
    follow(PlanarStep<F, double> move, OrbitJob job, int64_t first, int64_t budget) {
    const int64_t i = int64_t(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i >= job.count) return;
    const Pixels pixels(job);
    Point<double> at = {job.x[i], job.y[i]};
    for (int64_t step = first; step < first + budget; ++step) {
        double pixel;
        if (job.visits && pixels.find(at, pixel))
            atomicAdd((unsigned long long*)&job.visits[int64_t(pixel)], 1ull);
        if (job.points) {
            job.points[2 * (i * job.steps + step)] = at.x;
            job.points[2 * (i * job.steps + step) + 1] = at.y;
        }
        at = move(at);
    }
    job.x[i] = at.x;
    job.y[i] = at.y;
}

template <template <class> class F>
class CudaOrbits : public LaunchedRun {
public:
    CudaOrbits(const PlanarParameters<F>& parameters, const OrbitJob& job)
        : LaunchedRun(job.device),
          move(parameters),
          job(job),
          on_device(job),
          pixels(job.visits ? job.rows * job.columns : 0) {
        held.list(on_device.x, job.count);
        held.list(on_device.y, job.count);
        held.list(on_device.points, job.points ? job.count * job.steps * 2 : 0);
        held.list(on_device.visits, pixels);
        held.take();
        held.upload(on_device.x, job.x, job.count);
        held.upload(on_device.y, job.y, job.count);
        if (job.visits) held.clear(on_device.visits, pixels);
        start_launch();
    }

private:
    void launch(int64_t budget) override {
        budget = std::min(budget, job.steps - steps);
        const Shape shape{int((job.count + smallest_block - 1) / smallest_block), smallest_block};
        launch_kernel(follow<F>, shape, 0, held.stream(), move, on_device, steps, budget);
        steps += budget;
    }
    bool is_done() const override { return steps == job.steps; }
    Progress done() const override {
        return {steps == job.steps ? job.count : 0, job.count * steps};
    }
    // Should a copy fail, the caller still has what another device can begin with.
    void finish() override {
        std::vector<double> x(size_t(job.count)), y(size_t(job.count));
        std::vector<int64_t> visits(size_t(pixels), 0);
        held.download(x.data(), on_device.x, job.count);
        held.download(y.data(), on_device.y, job.count);
        if (job.points) held.download(job.points, on_device.points, job.count * job.steps * 2);
        if (job.visits) held.download(visits.data(), on_device.visits, pixels);
        std::copy(x.begin(), x.end(), job.x);
        std::copy(y.begin(), y.end(), job.y);
        static std::mutex one_at_a_time;
        const std::lock_guard<std::mutex> lock(one_at_a_time);
        for (int64_t i = 0; i < pixels; ++i) job.visits[i] += visits[size_t(i)];
    }

    const PlanarStep<F, double> move;
    const OrbitJob job;
    OrbitJob on_device;
    const int64_t pixels;
    int64_t steps = 0;  // on the stream or taken
};

template <template <class> class F>
std::shared_ptr<Run> start_orbits(const PlanarParameters<F>& parameters, const OrbitJob& job) {
    return std::make_shared<CudaOrbits<F>>(parameters, job);
}

}  // namespace divergence
