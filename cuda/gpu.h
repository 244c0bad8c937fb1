// What a run needs of a GPU: errors in words, memory that runs leave to each other, a line of
// commands, and a launch.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "run.h"

#ifdef NVTX  // ranges that a profiler shows: make cuda-lineinfo
#include <nvtx3/nvToolsExt.h>
#endif

namespace divergence {

// Throws what CUDA says of a call, and the place of it. The error is then forgotten, as the next
// job is not to blame for it.
inline void check(cudaError_t status, const char* action, const char* file = __builtin_FILE(),
                  int line = __builtin_LINE()) {
    if (status == cudaSuccess) return;
    cudaGetLastError();
    const char* const slash = strrchr(file, '/');
    const std::string text = std::string("CUDA could not ") + action + ": " +
                             cudaGetErrorString(status) + " (" + (slash ? slash + 1 : file) + ":" +
                             std::to_string(line) + ")";
    if (status == cudaErrorMemoryAllocation) throw OutOfMemory(text);
    throw std::runtime_error(text);
}

// Where a call comes too late to complain.
inline void ignore(cudaError_t status) {
    if (status != cudaSuccess) cudaGetLastError();
}

class Range {
public:
#ifdef NVTX
    explicit Range(const char* name) { nvtxRangePushA(name); }
    ~Range() { nvtxRangePop(); }
#else
    explicit Range(const char*) {}
    ~Range() {}
#endif
    Range(const Range&) = delete;
    Range& operator=(const Range&) = delete;
};

struct Totals {
    unsigned long long next_point, points, steps;
};

// The commands of one run, which follow one another, and what is seen of them from outside.
struct Line {
    cudaStream_t stream = nullptr;
    cudaEvent_t launch_start = nullptr, launch_end = nullptr;
    Totals* seen = nullptr;  // pinned

    Line() {
        try {
            check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "open a stream");
            check(cudaEventCreate(&launch_start), "make an event");
            check(cudaEventCreate(&launch_end), "make an event");
            check(cudaMallocHost((void**)&seen, sizeof *seen), "allocate pinned memory");
        } catch (...) {
            close();
            throw;
        }
    }
    ~Line() { close(); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

private:
    void close() {
        if (seen) ignore(cudaFreeHost(seen));
        if (launch_end) ignore(cudaEventDestroy(launch_end));
        if (launch_start) ignore(cudaEventDestroy(launch_start));
        if (stream) ignore(cudaStreamDestroy(stream));
    }
};

// A GPU of this process. To allocate takes long, and to free memory waits for all that runs on the
// device; so a run hands on what it had to the next one.
class Gpu {
public:
    struct Memory {
        char* data;
        size_t bytes;
    };

    static Gpu& number(int64_t device) {
        static std::mutex mutex;
        static auto& all = *new std::map<int64_t, Gpu>;  // CUDA ends before what is static does
        const std::lock_guard<std::mutex> lock(mutex);
        return all.try_emplace(device, device).first->second;
    }
    explicit Gpu(int64_t device) : device(int(device)) {}

    // Makes it the one that this thread's calls are for.
    void use() const { check(cudaSetDevice(device), "use the device"); }

    Memory take_memory(size_t bytes) {
        const std::lock_guard<std::mutex> lock(mutex);
        const auto fitting = idle_memory.lower_bound(bytes);
        if (fitting != idle_memory.end() && fitting->first <= 2 * bytes + granule) {
            const Memory memory{fitting->second, fitting->first};
            idle_memory.erase(fitting);
            return memory;
        }
        bytes = (bytes + granule - 1) / granule * granule;
        size_t free, total;
        check(cudaMemGetInfo(&free, &total), "ask for its free memory");
        if (bytes > free + sum_of_idle())
            throw OutOfMemory("the device has less than " + std::to_string(bytes >> 20) +
                              " MB of memory left");
        if (bytes > free) free_idle_memory();
        Memory memory{nullptr, bytes};
        check(cudaMalloc((void**)&memory.data, bytes), "allocate memory");
        return memory;
    }
    void give_memory(const Memory& memory) {
        const std::lock_guard<std::mutex> lock(mutex);
        idle_memory.emplace(memory.bytes, memory.data);
        if (sum_of_idle() > most_idle) free_idle_memory();
    }

    std::unique_ptr<Line> take_line() {
        const std::lock_guard<std::mutex> lock(mutex);
        if (idle_lines.empty()) return std::make_unique<Line>();
        std::unique_ptr<Line> line = std::move(idle_lines.back());
        idle_lines.pop_back();
        return line;
    }
    void give_line(std::unique_ptr<Line> line) {
        const std::lock_guard<std::mutex> lock(mutex);
        idle_lines.push_back(std::move(line));
    }

private:
    static constexpr size_t granule = 2 << 20;    // of the device's own memory pages
    static constexpr size_t most_idle = 1 << 30;  // that nobody else can have

    size_t sum_of_idle() const {
        size_t sum = 0;
        for (const auto& [bytes, data] : idle_memory) sum += bytes;
        return sum;
    }
    void free_idle_memory() {
        for (const auto& [bytes, data] : idle_memory) ignore(cudaFree(data));
        idle_memory.clear();
    }

    const int device;
    std::mutex mutex;
    std::multimap<size_t, char*> idle_memory;
    std::vector<std::unique_ptr<Line>> idle_lines;
};

// What a run has of a GPU, for as long as it lives: a line, and its memory in one piece.
class Holding {
public:
    explicit Holding(int64_t device) : gpu(Gpu::number(device)) {
        gpu.use();
        line = gpu.take_line();
        *line->seen = {0, 0, 0};
    }
    ~Holding() {
        // Nothing is handed on that is still in use, or that was on a device that is lost.
        const cudaError_t status = cudaStreamSynchronize(line->stream);
        ignore(status);
        if (status != cudaSuccess) return;
        if (memory.data) gpu.give_memory(memory);
        gpu.give_line(std::move(line));
    }
    Holding(const Holding&) = delete;
    Holding& operator=(const Holding&) = delete;

    // Lists an array that `place` will point to; to nothing, where it has no numbers.
    template <class T>
    void list(T*& place, int64_t count) {
        place = nullptr;
        if (count == 0) return;
        places.push_back([&place, at = needed](char* memory) { place = (T*)(memory + at); });
        needed += (size_t(count) * sizeof(T) + 255) / 256 * 256;
    }
    // Takes memory for all that is listed.
    void take() {
        memory = gpu.take_memory(needed);
        for (const auto& set : places) set(memory.data);
    }

    void use() const { gpu.use(); }
    cudaStream_t stream() const { return line->stream; }
    cudaEvent_t launch_start() const { return line->launch_start; }
    cudaEvent_t launch_end() const { return line->launch_end; }
    Totals& seen() const { return *line->seen; }

    // Copies on the line. The caller's memory is pageable: the driver has read it when upload()
    // returns, and has written it when download() does.
    template <class T>
    void upload(T* to, const T* from, int64_t count) const {
        copy(to, from, size_t(count) * sizeof(T), cudaMemcpyHostToDevice, "copy to the device");
    }
    template <class T>
    void download(T* to, const T* from, int64_t count) const {
        copy(to, from, size_t(count) * sizeof(T), cudaMemcpyDeviceToHost, "copy from the device");
    }
    template <class T>
    void clear(T* array, int64_t count) const {
        check(cudaMemsetAsync(array, 0, size_t(count) * sizeof(T), line->stream),
              "clear its memory");
    }

private:
    void copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
              const char* action) const {
        check(cudaMemcpyAsync(to, from, bytes, kind, line->stream), action);
    }

    Gpu& gpu;
    std::unique_ptr<Line> line;
    Gpu::Memory memory{nullptr, 0};
    size_t needed = 0;
    std::vector<std::function<void(char*)>> places;
};

// How many threads a kernel gets, and in blocks of which size.
struct Shape {
    int blocks, threads;
};
constexpr int largest_block = 128, smallest_block = 32;

// What there is room for at once on the current device, or less where there is less to do. A job
// that does not fill the device is cut small, so that every processor has some of it. Where a
// kernel's threads have large arrays of their own, no more are on a processor than its cache holds
// the arrays of, but one for each lane of its four schedulers.
inline Shape shape_of(const void* kernel, int64_t count, size_t shared_bytes) {
    constexpr int64_t large_array = 1024;
    int device, processors, cache;
    check(cudaGetDevice(&device), "find its device");
    check(cudaDeviceGetAttribute(&processors, cudaDevAttrMultiProcessorCount, device),
          "count its processors");
    check(cudaDeviceGetAttribute(&cache, cudaDevAttrMaxSharedMemoryPerMultiprocessor, device),
          "ask for its cache");  // which is the same memory
    cudaFuncAttributes attributes;
    check(cudaFuncGetAttributes(&attributes, kernel), "read the kernel's attributes");
    const int64_t local = int64_t(attributes.localSizeBytes);
    const int64_t most_threads =
        local < large_array ? INT64_MAX : std::max<int64_t>(largest_block, cache / local);

    const auto resident = [&](int threads) {
        int blocks;
        check(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, kernel, threads, shared_bytes),
              "find the kernel's occupancy");
        return processors * std::clamp<int64_t>(blocks, 1, most_threads / threads);
    };
    int threads = largest_block;
    if (count < resident(threads) * threads) threads = smallest_block;
    return {int(std::min(resident(threads), (count + threads - 1) / threads)), threads};
}

template <class... Parameters>
void launch_kernel(void (*kernel)(Parameters...), Shape shape, size_t shared_bytes,
                   cudaStream_t stream, std::common_type_t<Parameters>... arguments) {
    void* pointers[] = {(void*)&arguments...};
    check(cudaLaunchKernel(kernel, dim3(unsigned(shape.blocks)), dim3(unsigned(shape.threads)),
                           pointers, shared_bytes, stream),
          "launch the kernel");
}

}  // namespace divergence
