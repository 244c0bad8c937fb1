// The C boundary: a map's functions as C, and Python, see them. job.h has the rest of the contract.
//
// Every exported name begins with divergence_, and nothing else is exported (build.sh sees to it):
// a process has one name of each kind, and poll() is the operating system's.
#pragma once

#ifdef __CUDACC__
#include "engine_cuda.h"
#else
#include "engine_cpu.h"
#endif

#include "fields.h"
#include "follow.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace divergence {

inline std::string& error_text() {
    thread_local std::string text;
    return text;
}

// Does some work, which may return a status. Exceptions become a status and a text, so that none
// crosses the boundary.
template <class Work>
int guarded(const Work& work) {
    divergence_status status = divergence_failed;
    try {
        if constexpr (!std::is_void_v<decltype(work())>) return work();
        work();
        return divergence_done;
    } catch (const OutOfMemory& error) {
        error_text() = error.what();
        status = divergence_out_of_memory;
    } catch (const std::invalid_argument& error) {
        error_text() = error.what();
        status = divergence_refused;
    } catch (const std::exception& error) {
        error_text() = error.what();
    } catch (...) {
        error_text() = "unknown error";
    }
    return status;
}

// A map and the scalar it is computed in.
template <template <class> class MapOf, class T>
struct Choice {
    template <class R>
    using Map = MapOf<R>;
    using Scalar = T;
    using Parameters = typename MapOf<T>::Parameters;
    using State = typename MapOf<T>::State;
};

// What the functions of a map do. choose(parameters, visit) calls visit(Choice<Map, Scalar>()) for
// the instance that the parameters ask for, and returns what that returns.
template <class Parameters, class Choose>
struct MapFunctions {
    const Parameters& parameters;
    const Choose& choose;

    int state(const char** fields, int64_t* variables) const {
        return guarded([&] {
            choose(parameters, [&](auto choice) -> void {
                using Chosen = decltype(choice);
                *fields = describe_state<typename Chosen::State>();
                *variables = sizeof(typename Chosen::State) / sizeof(typename Chosen::Scalar);
            });
        });
    }
    int submit(const Job& job, int64_t* ticket) const {
        return guarded([&] { *ticket = tickets().add(start(job)); });
    }
    int times(const double* x, const double* y, int64_t count, int64_t max_steps,
              int32_t* times) const {
        Job job{};
        job.points.x = x;
        job.points.y = y;
        job.count = count;
        job.max_steps = max_steps;
        job.times = times;
        return guarded([&] {
            const std::shared_ptr<Run> run = start(job);
            Progress progress;
            while (!run->poll(1, progress)) continue;
        });
    }
    int follow(double x, double y, int64_t every, int64_t count, double* states, double* now,
               bool resume) const {
        return guarded([&] {
            choose(parameters, [&](auto choice) -> void {
                divergence::follow<decltype(choice)>(parameters, x, y, every, count, states, now,
                                                     resume);
            });
        });
    }

private:
    std::shared_ptr<Run> start(const Job& job) const {
        return choose(parameters, [&](auto choice) -> std::shared_ptr<Run> {
            return start_run<decltype(choice)>(parameters, job);
        });
    }
};
template <class Parameters, class Choose>
MapFunctions<Parameters, Choose> functions_of(const Parameters* parameters, const Choose& choose) {
    return {*parameters, choose};
}

}  // namespace divergence

// Exports a map whose parameters choose among several instances by CHOOSE, a function that is
// called as the `choose` of MapFunctions is.
#define EXPORT_CHOICE(NAME, PARAMETERS, CHOOSE)                                               \
    namespace divergence {                                                                    \
    constexpr auto NAME##_chooser = [](const PARAMETERS& parameters, const auto& visit) {     \
        return CHOOSE(parameters, visit);                                                     \
    };                                                                                        \
    EXPORT const char* divergence_##NAME##_parameters() {                                     \
        return describe_parameters<PARAMETERS>();                                             \
    }                                                                                         \
    EXPORT int divergence_##NAME##_state(const PARAMETERS* parameters, const char** fields,   \
                                         int64_t* variables) {                                \
        return functions_of(parameters, NAME##_chooser).state(fields, variables);             \
    }                                                                                         \
    EXPORT int divergence_##NAME##_submit(const PARAMETERS* parameters, const Job* job,       \
                                          int64_t* ticket) {                                  \
        return functions_of(parameters, NAME##_chooser).submit(*job, ticket);                 \
    }                                                                                         \
    EXPORT int divergence_##NAME##_times(const PARAMETERS* parameters, const double* x,       \
                                         const double* y, int64_t count, int64_t max_steps,   \
                                         int32_t* times) {                                    \
        return functions_of(parameters, NAME##_chooser).times(x, y, count, max_steps, times); \
    }                                                                                         \
    EXPORT int divergence_##NAME##_follow(const PARAMETERS* parameters, double x, double y,   \
                                          int64_t every, int64_t count, double* states,       \
                                          double* now, int64_t resume) {                      \
        return functions_of(parameters, NAME##_chooser)                                       \
            .follow(x, y, every, count, states, now, resume != 0);                            \
    }                                                                                         \
    }

// Exports a map that has one instance, in double precision.
#define EXPORT_MAP(NAME, MAP)                                          \
    namespace divergence {                                             \
    using NAME##_parameters = MAP<double>::Parameters;                 \
    template <class Visit>                                             \
    auto choose_##NAME(const NAME##_parameters&, const Visit& visit) { \
        return visit(Choice<MAP, double>());                           \
    }                                                                  \
    }                                                                  \
    EXPORT_CHOICE(NAME, NAME##_parameters, choose_##NAME)
