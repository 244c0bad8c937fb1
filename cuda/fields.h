// The names and types of a struct's members, in words for whoever is outside of C++.
//
// A struct says FIELDS(a, b, ...) after its members: all of them, in their order. A member may be a
// number, a pointer, a Vector, a Complex or a Pair; a struct that has FIELDS; or an array of these.
#pragma once

#include <string>
#include <tuple>

#include "portability.h"

#define FIELDS(...)                                          \
    static constexpr const char* field_names = #__VA_ARGS__; \
    auto fields() const { return std::tie(__VA_ARGS__); }

namespace divergence {

template <class T, class = void>
constexpr bool has_fields = false;
template <class T>
constexpr bool has_fields<T, std::void_t<decltype(T::field_names)>> = true;

// What a member is made of, as C writes it: a type, and the sizes of an array behind the name.
template <class T>
struct Member;  // a member of another type cannot be described
template <>
struct Member<double> {
    static std::string type() { return "double"; }
    static std::string sizes() { return ""; }
};
template <>
struct Member<float> : Member<double> {};  // which is what the numbers of a State are copied to
template <>
struct Member<int64_t> {
    static std::string type() { return "int64_t"; }
    static std::string sizes() { return ""; }
};
template <class T>
struct Member<T*> {
    static std::string type() { return "void*"; }
    static std::string sizes() { return ""; }
};
template <class T, size_t size>
struct Member<T[size]> {
    static std::string type() { return Member<T>::type(); }
    static std::string sizes() { return "[" + std::to_string(size) + "]" + Member<T>::sizes(); }
};

enum class Nested { by_own_names, after_a_dot };

// "double a; double center[2]; int64_t count", with the members of structs in it among the others:
// by their own names, or each after the struct's name and a dot.
template <class T>
class Description {
public:
    explicit Description(Nested nested) : nested(nested) { add_all<T>(""); }
    std::string text;

private:
    template <class Struct>
    void add_all(const std::string& prefix) {
        using Members = decltype(std::declval<const Struct&>().fields());
        add_each<Struct, Members>(prefix, std::make_index_sequence<std::tuple_size_v<Members>>());
    }
    template <class Struct, class Members, size_t... i>
    void add_each(const std::string& prefix, std::index_sequence<i...>) {
        static_assert((sizeof(std::tuple_element_t<i, Members>) + ...) == sizeof(Struct),
                      "FIELDS names every member once");
        const char* name = Struct::field_names;
        (add<std::remove_cv_t<std::remove_reference_t<std::tuple_element_t<i, Members>>>>(
             prefix + next(name)),
         ...);
    }
    template <class M>
    void add(const std::string& name) {
        if constexpr (has_fields<M>)
            add_all<M>(nested == Nested::after_a_dot ? name + "." : "");
        else if constexpr (has_fields<std::remove_extent_t<M>>)
            for (size_t i = 0; i < std::extent_v<M>; ++i)
                add_all<std::remove_extent_t<M>>(name + "." + std::to_string(i) + ".");
        else
            text +=
                (text.empty() ? "" : "; ") + Member<M>::type() + " " + name + Member<M>::sizes();
    }
    // The first of the names that `list` still has, which is taken off.
    static std::string next(const char*& list) {
        list += strspn(list, ", ");
        const char* first = list;
        list += strcspn(list, ", ");
        return std::string(first, list);
    }

    const Nested nested;
};

template <class Parameters>
const char* describe_parameters() {
    static const std::string text = Description<Parameters>(Nested::by_own_names).text;
    return text.c_str();
}
template <class State>
const char* describe_state() {
    static const std::string text = Description<State>(Nested::after_a_dot).text;
    return text.c_str();
}

}  // namespace divergence
