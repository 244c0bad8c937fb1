// CUDA without a GPU, for the tests: g++ compiles the CUDA sources as they are, with this header
// before them (`./build.sh cuda --variant emulated`), and a library comes out whose devices are
// made of threads and memory of this machine.
//
// What a real device would punish ends a test here: its memory is out of the host's reach while
// nothing runs on it, begins full of rubbish, and has a page on either side that no one may touch;
// a kernel that is handed an address of the host's is refused. See device.h for the devices, what
// can be made to fail on them and what they count; here are the runtime's functions and the words
// of the language.
#pragma once

#include "grid.h"

using cudaStream_t = emulator::Stream*;
using cudaEvent_t = emulator::Event*;

struct cudaDeviceProp {
    char name[256];
    int major, minor;
};
struct cudaFuncAttributes {
    size_t localSizeBytes;
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2 };
enum cudaDeviceAttr {
    cudaDevAttrMultiProcessorCount,
    cudaDevAttrMaxSharedMemoryPerMultiprocessor,
    cudaDevAttrComputeCapabilityMajor,
    cudaDevAttrComputeCapabilityMinor
};
constexpr unsigned cudaStreamNonBlocking = 1, cudaEventDefault = 0;

// Errors.

inline const char* cudaGetErrorString(cudaError_t error) { return emulator::words(error); }
inline cudaError_t cudaPeekAtLastError() { return emulator::last_error(); }
inline cudaError_t cudaGetLastError() {
    const cudaError_t error = emulator::last_error();
    emulator::last_error() = cudaSuccess;
    return error;
}

// Devices.

inline cudaError_t cudaDriverGetVersion(int* version) {
    *version = int(emulator::setting("driver"));
    return cudaSuccess;
}
inline cudaError_t cudaRuntimeGetVersion(int* version) {
    *version = emulator::least_driver;
    return cudaSuccess;
}
inline cudaError_t cudaGetDeviceCount(int* count) {
    *count = 0;
    if (emulator::setting("driver") < emulator::least_driver)
        return emulator::note(cudaErrorInsufficientDriver);
    *count = int(emulator::setting("devices"));
    return emulator::note(*count ? cudaSuccess : cudaErrorNoDevice);
}
inline cudaError_t cudaSetDevice(int device) {
    if (device < 0 || device >= emulator::setting("devices"))
        return emulator::note(cudaErrorInvalidDevice);
    emulator::current_device = device;
    return emulator::note();
}
inline cudaError_t cudaGetDevice(int* device) {
    *device = emulator::current_device;
    return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
    const int capability = int(emulator::setting("capability"));
    *properties = {{}, capability / 10, capability % 10};
    snprintf(properties->name, sizeof properties->name, "emulated device %d", device);
    return emulator::note();
}
inline cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int) {
    const int capability = int(emulator::setting("capability"));
    *value = attribute == cudaDevAttrMultiProcessorCount ? int(emulator::setting("processors"))
             : attribute == cudaDevAttrMaxSharedMemoryPerMultiprocessor ? 228 << 10
             : attribute == cudaDevAttrComputeCapabilityMajor           ? capability / 10
                                                                        : capability % 10;
    return emulator::note();
}

// Memory.

inline cudaError_t cudaMemGetInfo(size_t* free, size_t* total) {
    *total = size_t(emulator::setting("memory"));
    *free = *total - emulator::memory_in_use(emulator::current_device);
    return emulator::note();
}
inline cudaError_t cudaMalloc(void** memory, size_t bytes) {
    return emulator::note(emulator::allocate(memory, bytes, emulator::current_device));
}
inline cudaError_t cudaMallocHost(void** memory, size_t bytes) {
    return emulator::note(emulator::allocate(memory, bytes, emulator::host));
}
inline cudaError_t cudaFree(void* memory) { return emulator::note(emulator::release(memory)); }
inline cudaError_t cudaFreeHost(void* memory) { return emulator::note(emulator::release(memory)); }

inline cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                                   cudaStream_t stream) {
    return emulator::note(kind == cudaMemcpyHostToDevice
                              ? stream->upload((char*)to, (const char*)from, bytes)
                              : stream->download((char*)to, (const char*)from, bytes));
}
inline cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
    if (!emulator::is_on(stream->device, to, bytes)) return emulator::note(cudaErrorInvalidValue);
    emulator::add("memsets");
    stream->put([=] { memset(to, value, bytes); });
    return emulator::note();
}

// Streams and events.

inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    emulator::add("streams");
    *stream = emulator::Stream::open(emulator::current_device);
    return emulator::note();
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    stream->destroy();
    return emulator::note();
}
inline cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    stream->wait();
    return emulator::note(emulator::state_of(stream->device));
}
inline cudaError_t cudaEventCreate(cudaEvent_t* event) {
    emulator::add("events");
    *event = new emulator::Event;
    return emulator::note();
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return emulator::note();
}
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    event->device = stream->device;
    ++event->pending;
    stream->put([event, stream] {
        event->moment = stream->clock.load();
        --event->pending;
    });
    return emulator::note();
}
inline cudaError_t cudaEventQuery(cudaEvent_t event) {
    if (event->pending) return cudaErrorNotReady;  // which is no error to be noted
    return emulator::note(emulator::state_of(event->device));
}
inline cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
    *milliseconds = float(double(to->moment - from->moment) / 1e6);
    return emulator::note();
}

// Kernels.

inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*,
                                                                 int threads, size_t) {
    *blocks = int(emulator::setting("threads_per_processor")) / threads;
    return emulator::note();
}
inline cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
    attributes->localSizeBytes = size_t(emulator::setting("local_bytes"));
    return emulator::note();
}

template <class... Parameters>
cudaError_t cudaLaunchKernel(void (*kernel)(Parameters...), dim3 blocks, dim3 threads,
                             void** arguments, size_t shared_bytes, cudaStream_t stream) {
    auto thread = emulator::thread_of(kernel, arguments, stream->device,
                                      std::index_sequence_for<Parameters...>());
    return emulator::note(
        emulator::launch(std::move(thread), blocks, threads, shared_bytes, stream));
}

// What the tests call.

#define EMULATOR_EXPORT extern "C" __attribute__((visibility("default"), used)) inline

EMULATOR_EXPORT void divergence_emulate(const char* name, int64_t value) {
    const emulator::Lock lock(emulator::state().mutex);
    emulator::state().settings[name] = value;
}
EMULATOR_EXPORT int64_t divergence_emulated(const char* name) {
    const emulator::Lock lock(emulator::state().mutex);
    return emulator::state().counts[name];
}
EMULATOR_EXPORT void divergence_emulate_anew() {
    const emulator::Lock lock(emulator::state().mutex);
    emulator::state().start_anew();
}
