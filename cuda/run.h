// A job under way, on whatever machine, and the tickets under which Python knows it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "engine.h"

namespace divergence {

// The device has too little memory for a job: a smaller one may find room.
class OutOfMemory : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Run {
public:
    virtual ~Run() = default;  // stops the work, then frees all that it held
    // Waits at most `seconds` for the end; true if it has come.
    virtual bool poll(double seconds, Progress& progress) = 0;
};

// Shared pointers, so that a run which one thread polls outlives its release by another.
class Tickets {
public:
    int64_t add(std::shared_ptr<Run> run) {
        const std::lock_guard<std::mutex> lock(mutex);
        runs[++last] = std::move(run);
        return last;
    }
    std::shared_ptr<Run> find(int64_t ticket) {
        const std::lock_guard<std::mutex> lock(mutex);
        const auto found = runs.find(ticket);
        if (found == runs.end()) throw std::invalid_argument("no job has this ticket");
        return found->second;
    }
    void remove(int64_t ticket) {
        const std::shared_ptr<Run> kept = find(ticket);  // ends outside the lock
        const std::lock_guard<std::mutex> lock(mutex);
        runs.erase(ticket);
    }

private:
    std::mutex mutex;
    std::map<int64_t, std::shared_ptr<Run>> runs;
    int64_t last = 0;
};

inline Tickets& tickets() {
    static Tickets all;
    return all;
}

}  // namespace divergence
