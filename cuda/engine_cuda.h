// The engine on a GPU: one worker a thread, its state in registers while a launch lasts and in the
// device's memory between launches; every thread takes its points from one queue.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include "run.h"

namespace divergence {

inline void check(cudaError_t status, const char* action) {
    if (status != cudaSuccess)
        throw std::runtime_error(std::string("CUDA could not ") + action + ": " +
                                 cudaGetErrorString(status));
}

// Memory of the device or, pinned, of the host; empty for a count of 0.
template <class T, bool pinned = false>
class Buffer {
public:
    explicit Buffer(int64_t count) {
        if (count == 0) return;
        const size_t bytes = size_t(count) * sizeof(T);
        check(pinned ? cudaMallocHost((void**)&data, bytes) : cudaMalloc((void**)&data, bytes),
              pinned ? "allocate pinned memory" : "allocate device memory");
    }
    ~Buffer() { pinned ? cudaFreeHost(data) : cudaFree(data); }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    T* data = nullptr;
};

// An array of the caller's and its place on the device, by way of pinned memory.
template <class T>
class Mirror {
public:
    Mirror(T* callers, int64_t count)
        : callers(callers),
          bytes(size_t(callers ? count : 0) * sizeof(T)),
          pinned(callers ? count : 0),
          device(callers ? count : 0) {}
    T* on_device() const { return device.data; }
    void upload(cudaStream_t stream) {
        if (!callers) return;
        memcpy((void*)pinned.data, callers, bytes);
        check(
            cudaMemcpyAsync((void*)device.data, pinned.data, bytes, cudaMemcpyHostToDevice, stream),
            "copy to the device");
    }
    void download(cudaStream_t stream) {
        if (!callers) return;
        check(
            cudaMemcpyAsync((void*)pinned.data, device.data, bytes, cudaMemcpyDeviceToHost, stream),
            "copy from the device");
    }
    void deliver() {
        if (callers) memcpy((void*)callers, pinned.data, bytes);
    }
    // For sums: zeros on the device at first, added to the caller's in the end.
    void clear(cudaStream_t stream) {
        if (callers) check(cudaMemsetAsync(device.data, 0, bytes, stream), "clear its memory");
    }
    void add() {
        for (size_t i = 0; i < bytes / sizeof(T); ++i) callers[i] += pinned.data[i];
    }

private:
    T* callers;
    size_t bytes;
    Buffer<T, true> pinned;
    Buffer<T> device;
};

struct Totals {
    unsigned long long next_point, points, steps;
};

struct DeviceQueue {
    Totals* totals;
    int64_t count;

    __device__ int64_t next() {
        const int64_t point = int64_t(atomicAdd(&totals->next_point, 1ull));
        return point < count ? point : -1;
    }
};

constexpr int threads_per_block = 128;

// Steps every worker `budget` times, the first time after giving it a point.
template <template <class> class Map, class T>
__global__ void __launch_bounds__(threads_per_block)
    advance(Map<T> map, Job job, Totals* totals, Worker<Map, T>* workers, int64_t budget,
            bool first) {
    Worker<Map, T>& kept = workers[blockIdx.x * blockDim.x + threadIdx.x];
    DeviceQueue queue{totals, job.count};
    Worker<Map, T> worker = kept;
    if (first) worker.begin(map, map, job, queue);
    worker.advance(map, map, job, queue, budget);
    atomicAdd(&totals->points, (unsigned long long)worker.done.points);
    atomicAdd(&totals->steps, (unsigned long long)worker.done.steps);
    worker.done = {0, 0};
    kept = worker;
}

// A run of one short launch after another on a stream of its own, so that it can be stopped.
class LaunchedRun : public Run {
public:
    bool poll(double seconds, Progress& progress) override {
        using clock = std::chrono::steady_clock;
        const auto until = clock::now() + std::chrono::duration<double>(seconds);
        use(device);
        while (!finished) {
            const cudaError_t state = cudaEventQuery(launch_end.handle);
            if (state == cudaErrorNotReady) {
                if (clock::now() >= until) break;
                std::this_thread::sleep_for(std::chrono::microseconds(50));
                continue;
            }
            check(state, "run the kernel");
            if (is_done()) {
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
    explicit LaunchedRun(int64_t device) : device(use(device)) {
        check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "open a stream");
    }
    ~LaunchedRun() override { cudaStreamDestroy(stream); }

    virtual void launch(int64_t budget) = 0;  // puts so many steps on the stream
    virtual bool is_done() const = 0;         // asked when a launch has ended
    virtual void finish() = 0;                // delivers the results
    virtual Progress done() const = 0;

    // What derives from this calls it last in its constructor, and stop() in its destructor.
    void start_launch() {
        check(cudaEventRecord(launch_start.handle, stream), "record an event");
        launch(budget);
        check(cudaGetLastError(), "launch the kernel");
        check(cudaEventRecord(launch_end.handle, stream), "record an event");
    }
    // A launch is short; nothing may be freed under it.
    void stop() { cudaStreamSynchronize(stream); }

    static int blocks_for(int64_t threads) {
        return int((threads + threads_per_block - 1) / threads_per_block);
    }

    cudaStream_t stream;

private:
    struct Event {
        cudaEvent_t handle;
        Event() { check(cudaEventCreate(&handle), "make an event"); }
        ~Event() { cudaEventDestroy(handle); }
    };

    static int use(int64_t device) {
        check(cudaSetDevice(int(device)), "use the device");
        return int(device);
    }

    void set_budget() {
        float milliseconds = 0;
        check(cudaEventElapsedTime(&milliseconds, launch_start.handle, launch_end.handle),
              "time a launch");
        const double ratio = wanted_milliseconds / std::max(milliseconds, 0.01f);
        budget = std::clamp<int64_t>(int64_t(double(budget) * std::min(ratio, 4.0)), 16, 1 << 20);
    }

    static constexpr double wanted_milliseconds = 30;

    const int device;
    Event launch_start, launch_end;
    int64_t budget = 256;
    bool finished = false;
};

template <template <class> class Map, class T>
class CudaRun : public LaunchedRun {
public:
    CudaRun(const typename Map<T>::Parameters& parameters, const Job& job)
        : LaunchedRun(job.device),
          map(parameters),
          job(job),
          x(const_cast<double*>(job.x), job.count),
          y(const_cast<double*>(job.y), job.count),
          times(job.times, job.count),
          fates(job.fates, job.count),
          fractions(job.fractions, job.count),
          states(job.states, job.count * Worker<Map, T>::variables),
          blocks(std::min(blocks_for(job.count), resident_blocks())),
          workers(int64_t(blocks) * threads_per_block),
          totals(1),
          seen(1) {
        on_device = job;
        on_device.x = x.on_device();
        on_device.y = y.on_device();
        on_device.times = times.on_device();
        on_device.fates = fates.on_device();
        on_device.fractions = fractions.on_device();
        on_device.states = states.on_device();
        x.upload(stream);
        y.upload(stream);
        if (job.resume) {
            times.upload(stream);
            states.upload(stream);
        }
        check(cudaMemsetAsync(totals.data, 0, sizeof(Totals), stream), "clear its counters");
        start_launch();
    }
    ~CudaRun() override { stop(); }

private:
    static int resident_blocks() {
        int device, processors, resident;
        check(cudaGetDevice(&device), "find its device");
        check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device),
              "count its processors");
        check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&resident, advance<Map, T>,
                                                            threads_per_block, 0),
              "find the kernel's occupancy");
        return std::max(1, processors * resident);
    }

    void launch(int64_t budget) override {
        advance<Map, T><<<blocks, threads_per_block, 0, stream>>>(map, on_device, totals.data,
                                                                  workers.data, budget, !launched);
        launched = true;
        check(
            cudaMemcpyAsync(seen.data, totals.data, sizeof(Totals), cudaMemcpyDeviceToHost, stream),
            "read its counters");
    }
    bool is_done() const override { return int64_t(seen.data->points) == job.count; }
    Progress done() const override {
        return {int64_t(seen.data->points), int64_t(seen.data->steps)};
    }

    void finish() override {
        times.download(stream);
        fates.download(stream);
        fractions.download(stream);
        states.download(stream);
        check(cudaStreamSynchronize(stream), "copy the results back");
        times.deliver();
        fates.deliver();
        fractions.deliver();
        states.deliver();
    }

    const Map<T> map;
    const Job job;
    Job on_device;
    Mirror<double> x, y;
    Mirror<int32_t> times, fates;
    Mirror<double> fractions, states;
    const int blocks;
    Buffer<Worker<Map, T>> workers;
    Buffer<Totals> totals;
    Buffer<Totals, true> seen;
    bool launched = false;
};

template <class Choice>
std::shared_ptr<Run> start_run(const typename Choice::Parameters& parameters, const Job& job) {
    return std::make_shared<CudaRun<Choice::template Map, typename Choice::Scalar>>(parameters,
                                                                                    job);
}

// A machine without a driver or a device has none: that is no error.
inline int64_t count_devices() {
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}
inline std::string name_device(int64_t device) {
    cudaDeviceProp properties;
    check(cudaGetDeviceProperties(&properties, int(device)), "read the device's properties");
    return properties.name;
}

}  // namespace divergence
