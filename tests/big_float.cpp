// What test_big_float.py calls: operations on decimal texts, their results as texts of whole
// numbers.
#include "../cuda/big_float.h"

namespace {

using namespace divergence;

template <int N>
std::string text(const BigFloat<N>& a) {
    char part[40];
    std::string result = a.negative ? "-0x" : "0x";
    for (int i = N - 1; i >= 0; --i) {
        snprintf(part, sizeof part, "%016llx", (unsigned long long)(a.digit[i]));
        result += part;
    }
    snprintf(part, sizeof part, " %lld", (long long)(a.is_zero() ? 0 : a.exponent - 64 * N));
    return result + part;
}

template <int N>
std::string calculate(char operation, const char* first, const char* second) {
    const BigFloat<N> a(first), b(second);
    switch (operation) {
        case '=':
            return text(a);
        case '+':
            return text(a + b);
        case '-':
            return text(a - b);
        case '*':
            return text(a * b);
        case '/':
            return text(a / b);
        case 'r':
            return text(inverse_root(a));
        case '<':
            return a < b ? "1" : "0";
        case 'd':
            return std::to_string(bit_cast<int64_t>(double(a)));
    }
    return "";
}

}  // namespace

extern "C" void calculate(int digits, char operation, const char* a, const char* b, char* result) {
    const auto with = [&](auto n) { return calculate<n>(operation, a, b); };
    std::string found;
    if (digits == 1) found = with(std::integral_constant<int, 1>());
    if (digits == 2) found = with(std::integral_constant<int, 2>());
    if (digits == 3) found = with(std::integral_constant<int, 3>());
    if (digits == 5) found = with(std::integral_constant<int, 5>());
    if (digits == 24) found = with(std::integral_constant<int, 24>());
    memcpy(result, found.c_str(), found.size() + 1);
}
