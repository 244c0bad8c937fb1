// One map of one library, run in a process of its own, which may be one for another processor:
//     run_map LIBRARY ENTRY PARAMETERS_SIZE POINTS VARIABLES MAX_STEPS
// Takes the parameter struct, x[] and y[] from standard input and writes times[], fates[],
// fractions[] and states[][] to standard output.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "../cuda/job.h"

using namespace divergence;

template <class Function>
Function* find(void* library, const std::string& name) {
    void* function = library ? dlsym(library, name.c_str()) : nullptr;
    if (function) return (Function*)function;
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
}
template <class T>
std::vector<T> take(size_t count) {
    std::vector<T> values(count);
    if (fread(values.data(), sizeof(T), count, stdin) != count) exit(1);
    return values;
}
template <class T>
void give(const std::vector<T>& values) {
    fwrite(values.data(), sizeof(T), values.size(), stdout);
}

int main(int, char** arguments) {
    void* library = dlopen(arguments[1], RTLD_NOW);
    const auto submit = find<int(const void*, const Job*, int64_t*)>(
        library, "divergence_" + std::string(arguments[2]) + "_submit");
    const auto poll = find<int(int64_t, double, Progress*)>(library, "divergence_poll");
    const auto release = find<int(int64_t)>(library, "divergence_release");

    const size_t points = atoll(arguments[4]);
    const auto parameters = take<char>(atoll(arguments[3]));
    const auto x = take<double>(points), y = take<double>(points);
    std::vector<int32_t> times(points), fates(points);
    std::vector<double> fractions(points), states(points * atoll(arguments[5]));
    const Job job{{x.data(), y.data(), 0, 0, 0, {}},
                  int64_t(points),
                  atoll(arguments[6]),
                  times.data(),
                  fates.data(),
                  fractions.data(),
                  states.data(),
                  0,
                  0,
                  1};
    int64_t ticket;
    Progress progress;
    if (submit(parameters.data(), &job, &ticket) != 0) return 1;
    while (poll(ticket, 1, &progress) != 0) continue;
    release(ticket);
    give(times), give(fates), give(fractions), give(states);
}
