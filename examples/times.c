// Henon's basin as text, by one call for all its points.
//
//     gcc examples/times.c -Icuda build/libplanar.cpu.so -Wl,-rpath,$PWD/build -o times && ./times
#include <stdio.h>

#include "divergence.h"

enum { rows = 24, columns = 64, max_steps = 30 };

int main(void) {
    static double x[rows * columns], y[rows * columns];
    static int32_t times[rows * columns];
    for (int i = 0; i < rows * columns; ++i) {
        x[i] = -2.5 + 5.0 * (i % columns) / columns;
        y[i] = 2.5 - 5.0 * (i / columns) / rows;
    }
    const divergence_henon henon = {.a = 1.4, .b = 0.3, .radius = 10};  // with a dt of 0: discrete
    if (divergence_henon_times(&henon, x, y, rows * columns, max_steps, times)) {
        fprintf(stderr, "%s\n", divergence_last_error());
        return 1;
    }
    for (int i = 0; i < rows * columns; ++i) {
        putchar(times[i] == max_steps ? '#' : times[i] > 4 ? '+' : times[i] > 2 ? '.' : ' ');
        if (i % columns == columns - 1) putchar('\n');
    }
    return 0;
}
