#!/usr/bin/env bash
# Compiles cuda/FAMILY.cu into one shared library: with g++ for the CPU, with nvcc for CUDA.
#
#   ./build.sh cpu|cuda [--variant NAME] [--out DIR] [FAMILY...]      (no FAMILY: all of them)
#
# `cuda --variant emulated` is for the tests: g++ compiles the CUDA sources for devices that
# tests/emulator/ makes up.
#
# A library is built again when the bytes of its sources, the compiler or a flag have changed.
# Dates of files play no part. Each library carries the names and the digest of its sources.
#
# The environment may choose CXX, CXXFLAGS, NVCC and ARCHS. Exit status: 1 where a compilation failed,
# 2 where the compiler is missing or the command line is wrong.

set -euo pipefail
shopt -s nullglob
export LC_ALL=C # one sorting order everywhere, since the digest depends on it
unset CDPATH # or cd may go elsewhere
cd "$(dirname "$0")"

die() {
    echo "$1" >&2
    exit 2
}

# Each of these two sets `compile` (the command), `version` (the compiler's own, and what it takes
# `native` for: where that differs, so may the code that comes out) and `label` (for `make` to say).

use_gcc() {
    local cxx flags sanitized undefined more
    read -ra cxx <<<"${CXX:-g++}"
    command -v "${cxx[0]}" >/dev/null || die "no C++ compiler: install g++ (on Debian: apt install g++)"
    flags=(-x c++ -std=c++17 -O3 -ffp-contract=off -fno-math-errno)
    flags+=(-fschedule-insns -fsched-pressure) # a step's three pulls, interleaved: 1.2 times as fast
    flags+=(-fPIC -shared -pthread -fvisibility=hidden -Wall -Wextra -Xlinker "--version-script=$exports")

    # UBSan leaves pointers to ASan: to check them twice would take the compiler half as long again.
    sanitized=(-march=native -O1 -g1 -fno-schedule-insns -fno-omit-frame-pointer)
    undefined=(-fsanitize=undefined,float-cast-overflow -fno-sanitize=null,alignment,pointer-overflow)

    # A little optimisation compiles in half the time, and gives the same bits.
    if [[ $backend == cuda ]]; then
        flags+=(-march=native -O1 -include tests/emulator/cuda.h)
        [[ $variant == emulated* ]] || die "no CUDA variant '$variant'"
    fi

    # PACK_BYTES is the size of a SIMD pack; left alone, the headers take the target's largest.
    # A portable library has three versions, of which it takes what the processor has.
    case $variant in
        native) flags+=(-march=native) ;;
        scalar) flags+=(-march=native -DPACK_BYTES=8) ;;
        baseline) ;; # any processor of the compiler's kind, which may be another than this one's
        sse2) flags+=(-march=x86-64 -DPACK_BYTES=16) ;;
        avx2) flags+=(-march=x86-64-v3 -DPACK_BYTES=32) ;;
        avx512) flags+=(-march=x86-64-v4 -DPACK_BYTES=64) ;;
        emulated) ;;
        asan | emulated-asan) flags+=("${sanitized[@]}" -fsanitize=address "${undefined[@]}" -fno-sanitize-recover=all) ;;
        tsan | emulated-tsan) flags+=("${sanitized[@]}" -fsanitize=thread) ;;
        portable) flags+=(-fno-gnu-unique) ;; # unique symbols cannot be made local
        *) die "no CPU variant '$variant': native, portable, baseline, scalar, sse2, avx2, avx512, asan, tsan" ;;
    esac

    read -ra more <<<"${CXXFLAGS-}"
    [[ ${CXXFLAGS-} != *@(-Ofast|fast-math|unsafe-math|-fp-contract=fast)* ]] ||
        die "CXXFLAGS has '$CXXFLAGS', with which results would be others"
    compile=("${cxx[@]}" "${flags[@]}" "${more[@]}")
    version=$("${cxx[@]}" --version; "${compile[@]}" -### -E /dev/null 2>&1 | grep cc1 || true)
    label="$backend (${cxx[0]##*/} $("${cxx[@]}" -dumpfullversion | cut -d. -f1,2), $variant)"
}

use_nvcc() {
    local nvcc known archs unknown arch flags note=
    nvcc=$(command -v "${NVCC:-nvcc}" || command -v "${NVCC:-/usr/local/cuda/bin/nvcc}") ||
        die "no nvcc: install NVIDIA's CUDA toolkit, or set NVCC"
    flags=(-std=c++17 -O3 --fmad=false -shared -cudart static --threads 0)
    flags+=(-Xcompiler "-fPIC,-pthread,-fvisibility=hidden,-ffp-contract=off,-Wall,-Wextra")
    flags+=(-Xlinker "--version-script=$exports")
    [[ $variant != lineinfo ]] || flags+=(-lineinfo -DNVTX) # for profilers

    # ARCHS="75 80 90" asks for a fat library and is remembered, so that the next plain `make`
    # leaves it alone. Otherwise build for the GPUs in this machine, or, where there is none,
    # quickly for a virtual one that the driver of any GPU since 7.5 can translate.
    known=$("$nvcc" --list-gpu-code | sed -n 's/^sm_\([0-9]*\)$/\1/p' | sort -n)
    archs=$({ [[ -z ${ARCHS-} ]] && cat "$out/cuda.archs" 2>/dev/null || echo "${ARCHS-}"; } | xargs -n 1 | sort -nu | xargs)
    if [[ -n $archs ]]; then
        for arch in $archs; do
            grep -qx "$arch" <<<"$known" || die "nvcc does not know sm_$arch in ARCHS; it knows $(xargs <<<"$known")"
        done
        echo "$archs" >"$out/cuda.archs"
    else
        archs=$(gpus | sort -nu)
        unknown=$(comm -23 <(sort <<<"$archs") <(sort <<<"$known") | xargs)
        archs=$(comm -12 <(sort <<<"$archs") <(sort <<<"$known") | sort -n | xargs)
        # The driver of a newer GPU translates what the newest that nvcc knows would run.
        for arch in $unknown; do
            ((arch < 75)) || archs=$(xargs -n 1 <<<"$archs $(tail -n 1 <<<"$known")" | sort -nu | xargs)
        done
        note=${unknown:+, nvcc does not know ${unknown// /, }}
    fi
    archs=${archs:+sm_${archs// / sm_}}
    for arch in $archs; do
        flags+=(-gencode "arch=${arch/sm/compute},code=$arch")
    done
    arch=${arch:-sm_75}
    flags+=(-gencode "arch=${arch/sm/compute},code=${arch/sm/compute}") # for GPUs to come

    compile=("$nvcc" "${flags[@]}")
    version=$("$nvcc" --version)
    label=$(sed -n 's/.*release \([0-9.]*\).*/nvcc \1/p' <<<"$version")
    label="cuda ($label, ${archs:-compute_75, no GPU here}$note)"
}

# The compute capability of each GPU: 75, 90, ... Where there is a driver without a GPU,
# nvidia-smi prints a sentence instead.
gpus() {
    { nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null || true; } |
        sed -n 's/^\([0-9]*\)\.\([0-9]\)$/\1\2/p'
}

# The .cu file and every header of ours that it includes, sorted.
sources_of() {
    "${compile[@]}" -MM "cuda/$1.cu" | tr -s '[:space:]\\' '\n' | grep -E '^(cuda|tests)/' | sort -u
}

# pysrc/divergence/kernel/native.py computes the same digest, to refuse a library of other sources.
digest() {
    local file
    for file in "$@"; do
        echo "${file##*/}"
        cat "$file"
    done | sha256sum | cut -d ' ' -f 1
}

# library FILE SOURCE DEFINITION...: compiles the source into the file.
library() {
    if [[ $variant != portable ]]; then
        "${compile[@]}" -o "$@"
        return
    fi
    local parts status=0
    parts=$(mktemp -d)
    portable_library "$parts" "$@" || status=$?
    rm -rf "$parts"
    return $status
}

# Three versions and cuda/dispatch.h. Of each version all but the C functions becomes local: else a
# function of the standard library, compiled for AVX-512, might stand in for its namesakes.
portable_library() {
    local parts=$1 file=$2 level name
    shift 2
    for level in sse2= avx2=-v3 avx512=-v4; do
        name=${level%=*}
        "${compile[@]}" "-march=x86-64${level#*=}" -c -o "$parts/whole.o" "$@" &&
            ld -r --force-group-allocation -o "$parts/$name.o" "$parts/whole.o" &&
            nm -g --defined-only "$parts/$name.o" | cut -d ' ' -f 3 | grep -x 'divergence_[a-z0-9_]*' >"$parts/names" &&
            sed "s/.*/& &_$name/" "$parts/names" >"$parts/new_names" &&
            objcopy --keep-global-symbols="$parts/names" "$parts/$name.o" &&
            objcopy --redefine-syms="$parts/new_names" "$parts/$name.o" ||
            return
    done
    rm "$parts/whole.o"
    { echo '#include "dispatch.h"' && sed 's/.*/DISPATCH(&)/' "$parts/names"; } |
        "${compile[@]}" -Icuda -o "$file" - -x none "$parts"/*.o
}

# The stamp, written last, holds the checksums of the recipe, the sources and the library, so that a
# damaged library is known for one before it is loaded.
build() {
    local name=$out/lib$1.$backend sources named
    rm -f "$name.stamp"
    if sources=$(sources_of "$1") && readarray -t sources <<<"$sources" &&
        sha256sum "$recipe" "${sources[@]}" >"$name.$$.stamp" &&
        readarray -t named < <(printf '%s\n' "${sources[@]}" | grep '^cuda/') &&
        library "$name.$$.so" "cuda/$1.cu" -DSOURCE_FILES="\"${named[*]##*/}\"" \
            -DSOURCE_DIGEST="\"$(digest "${named[@]}")\""; then
        mv "$name.$$.so" "$name.so"
        sha256sum "$name.so" >>"$name.$$.stamp"
        mv "$name.$$.stamp" "$name.stamp"
    else
        rm -f "$name.so" "$name.$$.so" "$name.$$.stamp"
    fi
}

usage='usage: ./build.sh cpu|cuda [--variant NAME] [--out DIR] [FAMILY...]'
backend=${1-}
variant=native
out=
shift || die "$usage"
while [[ ${1-} == --* ]]; do
    case $1 in
        --variant) variant=${2-} ;;
        --out) out=${2-} ;;
        *) die "$usage" ;;
    esac
    shift 2 || die "$usage"
done
if [[ -z $out ]]; then
    out=build
    [[ $variant == native ]] || out=build/$variant
fi
mkdir -p "$out"

# Of whatever else is in a library, the C++ library's weak symbols among it, other code sees nothing.
exports=$out/exports
echo '{ global: divergence_*; local: *; };' >"$exports"

case $backend in
    cpu) use_gcc ;;
    cuda)
        case $variant in
            native | lineinfo) use_nvcc ;;
            *) use_gcc ;;
        esac
        ;;
    *) die "$usage" ;;
esac
recipe=$out/$backend.recipe
printf '%s\n' "$label" "${compile[*]}" "$version" >"$recipe"

families=("$@")
if (($# == 0)); then
    for source in cuda/*.cu; do families+=("$(basename "$source" .cu)"); done
fi

for family in "${families[@]}"; do
    library=$out/lib$family.$backend
    if ! grep -qsF "$library.so" "$library.stamp" || ! sha256sum --check --status "$library.stamp" 2>/dev/null; then
        echo "compiling $library.so"
        while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || true; done
        build "$family" &
    fi
done
wait

for family in "${families[@]}"; do
    [[ -e $out/lib$family.$backend.stamp ]] || exit 1
done
