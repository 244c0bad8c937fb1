// Mistakes that a GPU would punish, one a run: mistakes NAME. Each must end this program, or be
// told by CUDA's words on standard output; `none` must not.
#include "cuda.h"

struct Job {
    const int* numbers;
    int64_t count;
};

__global__ void sum(Job job, unsigned long long* total) {
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < job.count) atomicAdd(total, (unsigned long long)job.numbers[i]);
}

int main(int, char** arguments) {
    const std::string mistake = arguments[1];
    const int count = 8192;
    const std::vector<int> numbers(count, 1);
    int* on_device;
    unsigned long long *total, found = 0;
    cudaStream_t stream;
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    cudaMalloc((void**)&on_device, count * sizeof(int));
    cudaMalloc((void**)&total, sizeof *total);
    if (mistake != "memory that was never written")
        cudaMemsetAsync(total, 0, sizeof *total, stream);
    cudaMemcpyAsync(on_device, numbers.data(), count * sizeof(int), cudaMemcpyHostToDevice, stream);

    Job job{on_device, count};
    if (mistake == "an address of the host's in a job") job.numbers = numbers.data();
    if (mistake == "reading past the end") job.count += 8192;
    if (mistake == "reading what was freed") cudaFree(on_device);
    void* pointers[] = {&job, &total};
    cudaLaunchKernel(sum, dim3(count / 64), dim3(128), pointers, 0, stream);
    cudaMemcpyAsync(&found, total, sizeof found, cudaMemcpyDeviceToHost, stream);
    cudaStreamSynchronize(stream);
    if (mistake == "reading the device's memory from the host") found = *total;
    const bool right = found == (unsigned long long)count;
    printf("%s, %s\n", cudaGetErrorString(cudaGetLastError()), right ? "right" : "wrong");
}
