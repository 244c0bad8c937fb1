// The C boundary: what Python sees of a library. The caller owns every buffer. Every call returns
// a status, and divergence_last_error() has the words for a bad one; nothing is printed and nothing
// exits.
//
// A job is submitted under a ticket, polled until it is done, and released, done or not:
// releasing stops it. So progress, Ctrl-C and several devices are all the caller's affair.
//
// Every exported name begins with divergence_, and nothing else is exported (build.sh sees to it):
// a process has one name of each kind, and poll() is the operating system's.
#pragma once

#ifdef __CUDACC__
#include "engine_cuda.h"
#else
#include "engine_cpu.h"
#endif

#include "follow.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace divergence {

// Raised by every change of a struct or a function below that Python must know of.
constexpr int64_t abi = 3;

enum Status : int { done = 0, busy = 1, failed = 2, out_of_memory = 3 };

inline std::string& error_text() {
    thread_local std::string text;
    return text;
}

// Turns exceptions into a status and a text, so that none crosses the boundary.
template <class Work>
int guarded(const Work& work) {
    try {
        return work();
    } catch (const OutOfMemory& error) {
        error_text() = error.what();
        return out_of_memory;
    } catch (const std::exception& error) {
        error_text() = error.what();
    } catch (...) {
        error_text() = "unknown error";
    }
    return failed;
}

// A map and the scalar it is computed in.
template <template <class> class MapOf, class T>
struct Choice {
    template <class R>
    using Map = MapOf<R>;
    using Scalar = T;
    using Parameters = typename MapOf<T>::Parameters;
    static constexpr int64_t variables = Worker<MapOf, T>::variables;
};

}  // namespace divergence

// Exports a map whose parameters choose among several instances: CHOOSE(parameters, visit) calls
// visit(Choice<Map, Scalar>()) for the right one and returns what that returns.
#define EXPORT_CHOICE(NAME, PARAMETERS, CHOOSE)                                                    \
    EXPORT int64_t divergence_##NAME##_parameters_size() {                                         \
        return sizeof(divergence::PARAMETERS);                                                     \
    }                                                                                              \
    EXPORT int divergence_##NAME##_variables(const divergence::PARAMETERS* parameters,             \
                                             int64_t* variables) {                                 \
        return divergence::guarded([&] {                                                           \
            *variables =                                                                           \
                divergence::CHOOSE(*parameters, [](auto choice) { return choice.variables; });     \
            return divergence::done;                                                               \
        });                                                                                        \
    }                                                                                              \
    EXPORT int divergence_##NAME##_submit(const divergence::PARAMETERS* parameters,                \
                                          const divergence::Job* job, int64_t* ticket) {           \
        return divergence::guarded([&] {                                                           \
            *ticket = divergence::tickets().add(divergence::CHOOSE(*parameters, [&](auto choice) { \
                return divergence::start_run<decltype(choice)>(*parameters, *job);                 \
            }));                                                                                   \
            return divergence::done;                                                               \
        });                                                                                        \
    }                                                                                              \
    EXPORT int divergence_##NAME##_follow(const divergence::PARAMETERS* parameters, double x,      \
                                          double y, int64_t every, int64_t count, double* states,  \
                                          double* now, int64_t resume) {                           \
        return divergence::guarded([&] {                                                           \
            return divergence::CHOOSE(*parameters, [&](auto choice) {                              \
                divergence::follow<decltype(choice)>(*parameters, x, y, every, count, states, now, \
                                                     resume != 0);                                 \
                return divergence::done;                                                           \
            });                                                                                    \
        });                                                                                        \
    }

// Exports a map that has one instance, in double precision.
#define EXPORT_MAP(NAME, MAP)                                                \
    namespace divergence {                                                   \
    template <class Visit>                                                   \
    auto choose_##NAME(const MAP<double>::Parameters&, const Visit& visit) { \
        return visit(Choice<MAP, double>());                                 \
    }                                                                        \
    using NAME##_parameters = MAP<double>::Parameters;                       \
    }                                                                        \
    EXPORT_CHOICE(NAME, NAME##_parameters, choose_##NAME)

EXPORT int64_t divergence_abi_number() { return divergence::abi; }
EXPORT int64_t divergence_job_size() { return sizeof(divergence::Job); }
EXPORT const char* divergence_source_files() { return SOURCE_FILES; }
EXPORT const char* divergence_source_digest() { return SOURCE_DIGEST; }
EXPORT const char* divergence_last_error() { return divergence::error_text().c_str(); }

EXPORT int divergence_device_count(int64_t* count) {
    return divergence::guarded([&] {
        *count = divergence::count_devices();
        return divergence::done;
    });
}
EXPORT int divergence_device_name(int64_t device, char* name, int64_t size) {
    return divergence::guarded([&] {
        snprintf(name, size_t(size), "%s", divergence::name_device(device).c_str());
        return divergence::done;
    });
}
EXPORT int divergence_poll(int64_t ticket, double seconds, divergence::Progress* progress) {
    return divergence::guarded([&] {
        return divergence::tickets().find(ticket)->poll(seconds, *progress) ? divergence::done
                                                                            : divergence::busy;
    });
}
EXPORT int divergence_release(int64_t ticket) {
    return divergence::guarded([&] {
        divergence::tickets().remove(ticket);
        return divergence::done;
    });
}
