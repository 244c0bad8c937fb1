// The devices of cuda.h: their memory, their streams, what they count and what fails on them.
//
// Settings are made before the library is loaded, by EMULATED_CUDA="devices=4 memory=1000000", or
// later by divergence_emulate(name, value):
//   devices, capability (75: 7.5), driver (12000: 12.0), memory (bytes of each device)
//   processors, threads_per_processor, local_bytes   what a kernel is told of its device and itself
//   launch_us     how long a launch lasts by the device's clock
//   slow_us       how long every operation on a stream lasts in truth
//   fail_allocation, fail_pinned, fail_copy, fail_launch   the n-th from now fails; 0: none
//   lose_device, lose_at   that device is lost at its n-th launch from now
// divergence_emulated(name) tells how many "allocations", "pinned allocations", "frees",
// "launches", "uploads", "downloads", "memsets", "streams" and "events" there were, or "uploaded"
// and "downloaded" bytes, "held" bytes of device memory now and at "most".
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
    cudaErrorInsufficientDriver = 35,
    cudaErrorNoDevice = 100,
    cudaErrorInvalidDevice = 101,
    cudaErrorNoKernelImageForDevice = 209,
    cudaErrorNotReady = 600,
    cudaErrorIllegalAddress = 700,
    cudaErrorLaunchFailure = 719,
    cudaErrorUnknown = 999
};

namespace emulator {

constexpr int least_driver = 11000, least_capability = 75;
constexpr int host = -1;  // where pinned memory is

inline const char* words(cudaError_t error) {
    static const std::map<cudaError_t, const char*> all = {
        {cudaSuccess, "no error"},
        {cudaErrorInvalidValue, "invalid argument"},
        {cudaErrorMemoryAllocation, "out of memory"},
        {cudaErrorInvalidConfiguration, "invalid configuration argument"},
        {cudaErrorInsufficientDriver,
         "CUDA driver version is insufficient for CUDA runtime version"},
        {cudaErrorNoDevice, "no CUDA-capable device is detected"},
        {cudaErrorInvalidDevice, "invalid device ordinal"},
        {cudaErrorNoKernelImageForDevice,
         "no kernel image is available for execution on the device"},
        {cudaErrorNotReady, "device not ready"},
        {cudaErrorIllegalAddress, "an illegal memory access was encountered"},
        {cudaErrorLaunchFailure, "unspecified launch failure"},
        {cudaErrorUnknown, "unknown error"}};
    return all.at(error);
}

// Everything that streams, devices and tests share.
struct State {
    struct Memory {
        char* mapped;  // a page that no one may touch, the memory, and another such page
        size_t mapped_bytes, bytes;
        int device;
    };

    std::recursive_mutex mutex;
    std::map<std::string, int64_t> settings, counts;
    std::map<const char*, Memory> memory;  // by where it begins
    std::map<int, int> running;            // operations on each device
    std::map<int, cudaError_t> lost;       // devices, and how

    State() { start_anew(); }

    void start_anew() {
        settings = {{"devices", 1},
                    {"capability", 90},
                    {"driver", 13000},
                    {"processors", 2},
                    {"threads_per_processor", 128},
                    {"memory", int64_t(1) << 32},
                    {"launch_us", 1000},
                    {"lose_device", -1}};
        std::istringstream words(getenv("EMULATED_CUDA") ? getenv("EMULATED_CUDA") : "");
        for (std::string word; words >> word;) {
            const size_t equals = word.find('=');
            settings[word.substr(0, equals)] = std::stoll(word.substr(equals + 1));
        }
        const int64_t held = counts["held"];
        counts = {{"held", held}, {"most", held}};
        lost.clear();
    }
};
inline State& state() {
    static State& all = *new State;  // streams may outlive everything static
    return all;
}
using Lock = std::lock_guard<std::recursive_mutex>;

inline int64_t setting(const char* name) {
    const Lock lock(state().mutex);
    return state().settings[name];
}
inline void add(const char* name, int64_t count = 1) {
    const Lock lock(state().mutex);
    state().counts[name] += count;
}
// Whether this is the call that a setting has fail.
inline bool fails(const char* name) {
    const Lock lock(state().mutex);
    int64_t& left = state().settings[name];
    return left > 0 && --left == 0;
}

inline thread_local int current_device = 0;

inline cudaError_t& last_error() {
    thread_local cudaError_t error = cudaSuccess;
    return error;
}
inline cudaError_t state_of(int device) {
    const Lock lock(state().mutex);
    const auto found = state().lost.find(device);
    return found == state().lost.end() ? cudaSuccess : found->second;
}
inline void lose(int device, cudaError_t how) {
    const Lock lock(state().mutex);
    state().lost[device] = how;
}
// What a call returns: on a device that is lost, nothing succeeds any more. A call that succeeds
// leaves the error of an earlier one where it is.
inline cudaError_t note(cudaError_t error = cudaSuccess) {
    if (error == cudaSuccess) error = state_of(current_device);
    if (error != cudaSuccess) last_error() = error;
    return error;
}

// Memory.

inline size_t memory_in_use(int device) {
    const Lock lock(state().mutex);
    size_t sum = 0;
    for (const auto& [begin, memory] : state().memory)
        if (memory.device == device) sum += memory.bytes;
    return sum;
}
inline void protect(const State::Memory& memory, bool open) {
    const size_t page = size_t(getpagesize());
    mprotect(memory.mapped + page, memory.mapped_bytes - 2 * page,
             open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

inline cudaError_t allocate(void** memory, size_t bytes, int device) {
    const Lock lock(state().mutex);
    add(device == host ? "pinned allocations" : "allocations");
    const size_t page = size_t(getpagesize()), rounded = (bytes + 255) / 256 * 256;
    const bool full = device != host && memory_in_use(device) + bytes > size_t(setting("memory"));
    if (full || fails(device == host ? "fail_pinned" : "fail_allocation"))
        return cudaErrorMemoryAllocation;
    const size_t pages = (rounded + page - 1) / page * page + 2 * page;
    char* mapped =
        (char*)mmap(nullptr, pages, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    char* const begin = mapped + pages - page - rounded;
    const State::Memory block = {mapped, pages, bytes, device};
    protect(block, true);
    memset(begin, 0xA5, rounded);
    if (device != host && state().running[device] == 0) protect(block, false);
    state().memory[begin] = block;
    if (device != host) {
        const int64_t held = state().counts["held"] += int64_t(bytes);
        state().counts["most"] = std::max(state().counts["most"], held);
    }
    *memory = begin;
    return cudaSuccess;
}

// The block that has so many bytes from an address on.
inline const State::Memory* find(const void* address, size_t bytes) {
    auto next = state().memory.upper_bound((const char*)address);
    if (next == state().memory.begin()) return nullptr;
    const auto& [begin, block] = *--next;
    return (const char*)address + bytes <= begin + block.bytes ? &block : nullptr;
}
inline bool is_on(int device, const void* address, size_t bytes) {
    const Lock lock(state().mutex);
    const State::Memory* found = find(address, bytes);
    return found && found->device == device;
}

// An operation on a device has its memory open.
class Access {
public:
    explicit Access(int device) : device(device) { count(1); }
    ~Access() { count(-1); }

private:
    void count(int change) {
        const Lock lock(state().mutex);
        int& running = state().running[device];
        running += change;
        if (running == 0 || (running == 1 && change == 1))
            for (const auto& [begin, block] : state().memory)
                if (block.device == device) protect(block, running != 0);
    }
    const int device;
};

// A stream: a thread that does one thing after another, to the end even after it was destroyed.
class Stream : public std::enable_shared_from_this<Stream> {
public:
    static Stream* open(int device) {
        const auto stream = std::make_shared<Stream>(device);
        const Lock lock(state().mutex);
        all().push_back(stream);
        std::thread([stream] { stream->work(); }).detach();
        return stream.get();
    }
    void destroy() {
        const Lock lock(state().mutex);
        put([this] { ending = true; });
        all().erase(std::find(all().begin(), all().end(), shared_from_this()));
    }
    static std::vector<std::shared_ptr<Stream>> of(int device) {
        const Lock lock(state().mutex);
        std::vector<std::shared_ptr<Stream>> some;
        for (const auto& stream : all())
            if (device == host || stream->device == device) some.push_back(stream);
        return some;
    }

    explicit Stream(int device) : device(device) {}

    void put(std::function<void()> operation) {
        const std::lock_guard<std::mutex> lock(mutex);
        waiting.push_back(std::move(operation));
        changed.notify_all();
    }
    void wait() {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait(lock, [&] { return waiting.empty(); });
    }

    // The host's pageable memory is read at once, and written before the call returns.
    cudaError_t upload(char* to, const char* from, size_t bytes) {
        add("uploads"), add("uploaded", int64_t(bytes));
        if (fails("fail_copy")) return cudaErrorUnknown;
        if (!is_on(device, to, bytes)) return cudaErrorInvalidValue;
        if (is_on(host, from, bytes)) {
            put([=] { memcpy(to, from, bytes); });
        } else {
            const auto kept = std::make_shared<std::vector<char>>(from, from + bytes);
            put([=] { memcpy(to, kept->data(), bytes); });
        }
        return cudaSuccess;
    }
    cudaError_t download(char* to, const char* from, size_t bytes) {
        add("downloads"), add("downloaded", int64_t(bytes));
        if (fails("fail_copy")) return cudaErrorUnknown;
        if (!is_on(device, from, bytes)) return cudaErrorInvalidValue;
        put([=] { memcpy(to, from, bytes); });
        if (!is_on(host, to, bytes)) wait();
        return cudaSuccess;
    }

    const int device;
    std::atomic<int64_t> clock{0};  // nanoseconds

private:
    static std::vector<std::shared_ptr<Stream>>& all() {
        static std::vector<std::shared_ptr<Stream>>& streams =
            *new std::vector<std::shared_ptr<Stream>>;
        return streams;
    }
    void work() {
        current_device = device;
        std::unique_lock<std::mutex> lock(mutex);
        while (!ending) {
            changed.wait(lock, [&] { return !waiting.empty(); });
            const auto operation = waiting.front();
            lock.unlock();
            if (const int64_t slow = setting("slow_us"))
                std::this_thread::sleep_for(std::chrono::microseconds(slow));
            {
                const Access access(device);
                operation();
            }
            lock.lock();
            waiting.pop_front();
            changed.notify_all();
        }
    }

    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> waiting;  // the first of them is under way
    bool ending = false;
};

// To free memory is to wait for its device; for pinned memory, for every device.
inline cudaError_t release(void* address) {
    if (!address) return cudaSuccess;
    add("frees");
    State::Memory block;
    {
        const Lock lock(state().mutex);
        const auto found = state().memory.find((const char*)address);
        if (found == state().memory.end()) return cudaErrorInvalidValue;
        block = found->second;
    }
    for (const auto& stream : Stream::of(block.device)) stream->wait();
    const Lock lock(state().mutex);
    if (block.device != host) state().counts["held"] -= int64_t(block.bytes);
    munmap(block.mapped, block.mapped_bytes);
    state().memory.erase((const char*)address);
    return cudaSuccess;
}

struct Event {
    std::atomic<int> pending{0};
    std::atomic<int64_t> moment{0};
    int device = 0;
};

}  // namespace emulator
