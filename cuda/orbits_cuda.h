// Orbits on a GPU: one a thread; visits are counted in the device's memory.
#pragma once

#include "engine_cuda.h"
#include "orbits.h"

namespace divergence {

// Takes every orbit from step `first` of the job `budget` steps further.
template <template <class> class F>
__global__ void __launch_bounds__(threads_per_block)
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
          x(job.x, job.count),
          y(job.y, job.count),
          points(job.points, job.count * job.steps * 2),
          visits(job.visits, job.rows * job.columns) {
        on_device = job;
        on_device.x = x.on_device();
        on_device.y = y.on_device();
        on_device.points = points.on_device();
        on_device.visits = visits.on_device();
        x.upload(stream);
        y.upload(stream);
        visits.clear(stream);
        start_launch();
    }
    ~CudaOrbits() override { stop(); }

private:
    void launch(int64_t budget) override {
        budget = std::min(budget, job.steps - steps);
        follow<F><<<blocks_for(job.count), threads_per_block, 0, stream>>>(move, on_device, steps,
                                                                           budget);
        steps += budget;
    }
    bool is_done() const override { return steps == job.steps; }
    Progress done() const override {
        return {steps == job.steps ? job.count : 0, job.count * steps};
    }
    void finish() override {
        x.download(stream);
        y.download(stream);
        points.download(stream);
        visits.download(stream);
        check(cudaStreamSynchronize(stream), "copy the results back");
        x.deliver();
        y.deliver();
        points.deliver();
        static std::mutex one_at_a_time;
        const std::lock_guard<std::mutex> lock(one_at_a_time);
        visits.add();
    }

    const PlanarStep<F, double> move;
    const OrbitJob job;
    OrbitJob on_device;
    Mirror<double> x, y, points;
    Mirror<int64_t> visits;
    int64_t steps = 0;  // on the stream or taken
};

template <template <class> class F>
std::shared_ptr<Run> start_orbits(const PlanarParameters<F>& parameters, const OrbitJob& job) {
    return std::make_shared<CudaOrbits<F>>(parameters, job);
}

}  // namespace divergence
