// The engine on a GPU: one worker a thread, its state in registers while a launch lasts and in the
// device's memory between launches; every thread takes its points from one queue.
#pragma once

#include <chrono>
#include <thread>

#include "gpu.h"

namespace divergence {

struct DeviceQueue {
    Totals* totals;
    int64_t count;

    __device__ int64_t next() {
        const int64_t point = int64_t(atomicAdd(&totals->next_point, 1ull));
        return point < count ? point : -1;
    }
};

extern __shared__ double shared_memory[];

// A copy of a map that all threads of a block share. Threads that read different entries of a
// table there do so at once, and one by one where kernels' arguments are.
template <class M>
__device__ const M& shared_copy(const M& map) {
    static_assert(sizeof(M) % sizeof(double) == 0, "a map of whole words");
    for (unsigned i = threadIdx.x; i < sizeof(M) / sizeof(double); i += blockDim.x)
        shared_memory[i] = ((const double*)&map)[i];
    __syncthreads();
    return *(const M*)shared_memory;
}

// Steps every worker `budget` times, the first time after giving it a point. Left to itself the
// compiler has some maps' numbers in memory so that more blocks are on a processor: one will do.
template <template <class> class Map, class T>
__global__ void __launch_bounds__(largest_block, 1)
    advance(const __grid_constant__ Map<T> argument, Job job, Totals* totals,
            Worker<Map, T>* workers, int64_t budget, bool first) {
    const auto work = [&](const Map<T>& map) {
        Worker<Map, T>& kept = workers[blockIdx.x * blockDim.x + threadIdx.x];
        DeviceQueue queue{totals, job.count};
        Worker<Map, T> worker;
        if (first)
            worker.begin(map, map, job, queue);
        else
            worker = kept;
        worker.advance(map, map, job, queue, budget);
        atomicAdd(&totals->points, (unsigned long long)worker.done.points);
        atomicAdd(&totals->steps, (unsigned long long)worker.done.steps);
        worker.done = {0, 0};
        kept = worker;
    };
    if constexpr (Map<T>::has_tables)
        work(shared_copy(argument));
    else
        work(argument);
}

// A run of one short launch after another, so that it can be stopped.
class LaunchedRun : public Run {
public:
    bool poll(double seconds, Progress& progress) override {
        using clock = std::chrono::steady_clock;
        const auto until = clock::now() + std::chrono::duration<double>(seconds);
        held.use();
        while (!finished) {
            const cudaError_t state = cudaEventQuery(held.launch_end());
            if (state == cudaErrorNotReady) {
                if (clock::now() >= until) break;
                std::this_thread::sleep_for(std::chrono::microseconds(50));
                continue;
            }
            check(state, "run the kernel");
            if (is_done()) {
                const Range range("deliver");
                finish();
                finished = true;
            } else {
                set_budget();
                start_launch();
            }
        }
        progress = done();
        return finished;
    }

protected:
    explicit LaunchedRun(int64_t device) : held(device) {}

    virtual void launch(int64_t budget) = 0;  // puts so many steps on the stream
    virtual bool is_done() const = 0;         // asked when a launch has ended
    virtual void finish() = 0;                // delivers the results
    virtual Progress done() const = 0;

    // What derives from this calls it last in its constructor.
    void start_launch() {
        const Range range("launch");
        check(cudaEventRecord(held.launch_start(), held.stream()), "record an event");
        launch(budget);
        check(cudaEventRecord(held.launch_end(), held.stream()), "record an event");
    }

    Holding held;

private:
    // The first launch is short, as steps may be long, and tells how long they are.
    void set_budget() {
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, held.launch_start(), held.launch_end()),
              "time a launch");
        const double ratio = wanted_milliseconds / std::max(milliseconds, 0.01f);
        budget = std::clamp<int64_t>(int64_t(double(budget) * std::min(ratio, 64.0)), 16, 1 << 20);
    }

    static constexpr double wanted_milliseconds = 30;

    int64_t budget = 16;
    bool finished = false;
};

// A job on its device, but for the map.
class JobRun : public LaunchedRun {
protected:
    explicit JobRun(const Job& job) : LaunchedRun(job.device), job(job), on_device(job) {}

    // Copies what the kernel reads, once `worker_bytes` and all else that it needs is listed.
    void upload(int64_t variables) {
        const Points& points = job.points;
        const int64_t columns = on_lattice(points) ? points.columns : job.count;
        const int64_t rows = on_lattice(points) ? points.rows : job.count;
        numbers = job.count * variables;
        double *x, *y;
        const bool starts = !job.resume;
        held.list(x, starts ? columns : 0);
        held.list(y, starts ? rows : 0);
        held.list(on_device.times, job.count);
        held.list(on_device.fates, job.fates ? job.count : 0);
        held.list(on_device.fractions, job.fractions ? job.count : 0);
        held.list(on_device.states, job.states ? numbers : 0);
        held.list(totals, 1);
        held.take();
        on_device.points.x = x;
        on_device.points.y = y;
        held.clear(totals, 1);
        if (starts) {
            held.upload(x, points.x, columns);
            held.upload(y, points.y, rows);
        } else {
            held.upload(on_device.times, job.times, job.count);
            held.upload(on_device.states, job.states, numbers);
        }
    }

    bool is_done() const override { return int64_t(held.seen().points) == job.count; }
    Progress done() const override {
        return {int64_t(held.seen().points), int64_t(held.seen().steps)};
    }
    void finish() override {
        if (job.fates) held.download(job.fates, on_device.fates, job.count);
        if (job.fractions) held.download(job.fractions, on_device.fractions, job.count);
        if (job.resume) return finish_resumed();
        if (job.states) held.download(job.states, on_device.states, numbers);
        held.download(job.times, on_device.times, job.count);
    }
    // Should a copy fail, the caller still has what another device can go on from.
    void finish_resumed() {
        std::vector<int32_t> times(size_t(job.count));
        std::vector<double> states(size_t(numbers), 0.0);
        held.download(times.data(), on_device.times, job.count);
        held.download(states.data(), on_device.states, numbers);
        std::copy(times.begin(), times.end(), job.times);
        std::copy(states.begin(), states.end(), job.states);
    }

    const Job job;
    Job on_device;
    Totals* totals;

private:
    int64_t numbers;
};

template <template <class> class Map, class T>
class CudaRun : public JobRun {
public:
    CudaRun(const typename Map<T>::Parameters& parameters, const Job& job)
        : JobRun(job),
          map(parameters),
          shape(shape_of((const void*)kernel, job.count, shared_bytes)) {
        held.list(workers, int64_t(shape.blocks) * shape.threads);
        upload(Worker<Map, T>::variables);
        start_launch();
    }

private:
    static constexpr auto* kernel = advance<Map, T>;
    static constexpr size_t shared_bytes = Map<T>::has_tables ? sizeof(Map<T>) : 0;

    void launch(int64_t budget) override {
        launch_kernel(kernel, shape, shared_bytes, held.stream(), map, on_device, totals, workers,
                      budget, !launched);
        launched = true;
        held.download(&held.seen(), totals, 1);
    }

    const Map<T> map;
    const Shape shape;
    Worker<Map, T>* workers;
    bool launched = false;
};

template <class Choice>
std::shared_ptr<Run> start_run(const typename Choice::Parameters& parameters, const Job& job) {
    return std::make_shared<CudaRun<Choice::template Map, typename Choice::Scalar>>(parameters,
                                                                                    job);
}

// 12.4 of 12040, as CUDA writes versions.
inline std::string version(int number) {
    return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

// Throws where there is none, and says why.
inline int64_t count_devices() {
    int driver = 0, own = 0, count = 0;
    ignore(cudaDriverGetVersion(&driver));
    ignore(cudaRuntimeGetVersion(&own));
    const cudaError_t status = cudaGetDeviceCount(&count);
    ignore(status);
    if (status != cudaSuccess && driver == 0)
        throw std::runtime_error("no NVIDIA driver is loaded");
    if (status == cudaErrorInsufficientDriver)
        throw std::runtime_error("the NVIDIA driver is too old: it is for CUDA " + version(driver) +
                                 ", and this library for " + version(own));
    if (status == cudaErrorNoDevice || (status == cudaSuccess && count == 0))
        throw std::runtime_error("the NVIDIA driver finds no device");
    check(status, "count the devices");
    return count;
}

// Throws where the device is older than any that nvcc compiles these kernels for.
inline std::string name_device(int64_t device) {
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, int(device)), "read the device's properties");
    if (10 * properties.major + properties.minor < 75)
        throw std::runtime_error(std::string(properties.name) + " has compute capability " +
                                 std::to_string(properties.major) + "." +
                                 std::to_string(properties.minor) + ", and 7.5 is the least");
    return properties.name;
}

}  // namespace divergence
