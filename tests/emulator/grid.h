// Kernels on the devices of device.h: their words, their threads, their memory.
#pragma once

#include "device.h"

#define __CUDACC__ 1
#define __host__
#define __device__
#define __global__
#define __shared__
#define __grid_constant__
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))
#define __launch_bounds__(...)

struct dim3 {
    unsigned x;
    dim3(unsigned x = 1) : x(x) {}
};
inline thread_local dim3 threadIdx, blockIdx, blockDim, gridDim;

inline unsigned long long atomicAdd(unsigned long long* sum, unsigned long long value) {
    return __atomic_fetch_add(sum, value, __ATOMIC_RELAXED);
}

namespace divergence {
inline double shared_memory[6144];  // 48 kB, of one block at a time
}

namespace emulator {

// Where the threads of a block wait for each other.
class Barrier {
public:
    explicit Barrier(unsigned threads) : threads(threads) {}
    void wait() {
        std::unique_lock<std::mutex> lock(mutex);
        const int64_t round = rounds;
        if (++arrived == threads) {
            arrived = 0;
            ++rounds;
            all_here.notify_all();
        }
        all_here.wait(lock, [&] { return rounds != round; });
    }

private:
    const unsigned threads;
    std::mutex mutex;
    std::condition_variable all_here;
    unsigned arrived = 0;
    int64_t rounds = 0;
};
inline thread_local Barrier* barrier = nullptr;

// Runs the threads of a grid: two blocks at a time, and the threads of each in turn; or, where they
// share memory, one block at a time and its threads side by side.
class Grid {
public:
    Grid(dim3 blocks, dim3 threads, bool shares)
        : blocks(blocks), threads(threads), shares(shares) {}

    void run(const std::function<void()>& thread) {
        const auto work = [&] {
            for (unsigned block; (block = next++) < blocks.x;)
                shares ? run_side_by_side(thread, block) : run_in_turn(thread, block);
        };
        std::thread other(work);
        work();
        other.join();
    }

private:
    void begin(unsigned block, unsigned thread) const {
        gridDim = blocks, blockDim = threads, blockIdx = block, threadIdx = thread;
    }
    void run_in_turn(const std::function<void()>& thread, unsigned block) const {
        for (unsigned i = 0; i < threads.x; ++i) {
            begin(block, i);
            thread();
        }
    }
    void run_side_by_side(const std::function<void()>& thread, unsigned block) const {
        static std::mutex one_at_a_time;
        const std::lock_guard<std::mutex> lock(one_at_a_time);
        memset(divergence::shared_memory, 0xA5, sizeof divergence::shared_memory);
        Barrier here(threads.x);
        std::vector<std::thread> all;
        for (unsigned i = 0; i < threads.x; ++i)
            all.emplace_back([&, i] {
                barrier = &here;
                begin(block, i);
                thread();
            });
        for (auto& each : all) each.join();
    }

    const dim3 blocks, threads;
    const bool shares;
    std::atomic<unsigned> next{0};
};

// Whether bytes hold an address that means nothing to a device.
inline bool lead_astray(const void* bytes, size_t size, int device) {
    const size_t page = size_t(getpagesize());
    for (size_t at = 0; at + sizeof(uintptr_t) <= size; at += sizeof(uintptr_t)) {
        uintptr_t word;
        memcpy(&word, (const char*)bytes + at, sizeof word);
        const bool maybe = word >> 47 == 0 && word >> 44 != 0;  // else no address, but a number
        if (!maybe || is_on(device, (void*)word, 1) || is_on(host, (void*)word, 1)) continue;
        if (msync((void*)(word / page * page), 1, MS_ASYNC) == 0) return true;  // mapped, so one
    }
    return false;
}

// Arguments that have addresses: pointers, and jobs, which have a count. (Other arguments have
// bytes that are nobody's, and may look like one.)
template <class T, class = void>
constexpr bool has_addresses = std::is_pointer_v<T>;
template <class T>
constexpr bool has_addresses<T, std::void_t<decltype(std::declval<T>().count)>> = true;

// A thread of a kernel, with its arguments as they are now; none where they lead astray.
template <class... Parameters, size_t... i>
std::function<void()> thread_of(void (*kernel)(Parameters...), void** arguments, int device,
                                std::index_sequence<i...>) {
    if (((has_addresses<Parameters> && lead_astray(arguments[i], sizeof(Parameters), device)) ||
         ...))
        return {};
    return [kernel, all = std::tuple<Parameters...>(*(Parameters*)arguments[i]...)] {
        std::apply(kernel, all);
    };
}

inline cudaError_t launch(std::function<void()> thread, dim3 blocks, dim3 threads,
                          size_t shared_bytes, Stream* stream) {
    if (blocks.x < 1 || threads.x < 1 || threads.x > 1024 ||
        shared_bytes > sizeof divergence::shared_memory)
        return cudaErrorInvalidConfiguration;
    if (setting("capability") < least_capability) return cudaErrorNoKernelImageForDevice;
    if (fails("fail_launch")) return cudaErrorUnknown;
    add("launches"), add("blocks", blocks.x);
    stream->put([=] {
        const int device = stream->device;
        if (!thread) lose(device, cudaErrorIllegalAddress);
        if (setting("lose_device") == device && fails("lose_at"))
            lose(device, cudaErrorLaunchFailure);
        if (state_of(device) != cudaSuccess) return;
        Grid(blocks, threads, shared_bytes != 0).run(thread);
        stream->clock += 1000 * setting("launch_us");
    });
    return cudaSuccess;
}

}  // namespace emulator

inline void __syncthreads() { emulator::barrier->wait(); }
