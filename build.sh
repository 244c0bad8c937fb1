#!/usr/bin/env bash
# Makes a shared library of each family of maps: with g++ for the CPU, with nvcc for CUDA.
#
#   ./build.sh cpu|cuda [--variant NAME] [--out DIR] [FAMILY...]      (no FAMILY: all of them)
#
# A family is cuda/FAMILY.cu, or the files cuda/FAMILY/*.cu: each of these is compiled by itself, and
# they are linked together with cuda/boundary.cu. An object or a library is made again when the bytes
# of its sources, the compiler or a flag have changed; dates of files play no part.
#
# `cuda --variant emulated` is for the tests: g++ compiles the CUDA sources for devices that
# tests/emulator/ makes up.
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

# Each of these two sets `compile` and `link` (the commands), `words` (how many of `compile` are the
# compiler, or 0 where it cannot compile headers), `version` (the compiler's
# own, and what it takes `native` for: where that differs, so may the code that comes out), `levels`
# (NAME=TARGET of each version of the code that one library holds) and `label` (for `make` to say).

use_gcc() {
    local cxx flags sanitized undefined more
    read -ra cxx <<<"${CXX:-g++}"
    command -v "${cxx[0]}" >/dev/null || die "no C++ compiler: install g++ (on Debian: apt install g++)"
    flags=(-std=c++17 -O3 -ffp-contract=off -fno-math-errno)
    flags+=(-fschedule-insns -fsched-pressure) # a step's three pulls, interleaved: 1.2 times as fast
    flags+=(-fPIC -pthread -fvisibility=hidden -Wall -Wextra)

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
    levels=("")
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
        portable)
            flags+=(-fno-gnu-unique) # unique symbols cannot be made local
            levels=(sse2=x86-64 avx2=x86-64-v3 avx512=x86-64-v4)
            ;;
        *) die "no CPU variant '$variant': native, portable, baseline, scalar, sse2, avx2, avx512, asan, tsan" ;;
    esac

    read -ra more <<<"${CXXFLAGS-}"
    [[ ${CXXFLAGS-} != *@(-Ofast|fast-math|unsafe-math|-fp-contract=fast)* ]] ||
        die "CXXFLAGS has '$CXXFLAGS', with which results would be others"
    compile=("${cxx[@]}" "${flags[@]}" "${more[@]}" -Icuda -x c++)
    words=${#cxx[@]}
    link=("${cxx[@]}" "${flags[@]}" "${more[@]}" -shared -Xlinker "--version-script=$exports")
    version=$("${cxx[@]}" --version; "${compile[@]}" -### -E /dev/null 2>&1 | grep cc1 || true)
    label="$backend (${cxx[0]##*/} $("${cxx[@]}" -dumpfullversion | cut -d. -f1,2), $variant)"
}

use_nvcc() {
    local nvcc known archs unknown arch flags note=
    nvcc=$(command -v "${NVCC:-nvcc}" || command -v "${NVCC:-/usr/local/cuda/bin/nvcc}") ||
        die "no nvcc: install NVIDIA's CUDA toolkit, or set NVCC"
    levels=("")
    flags=(-std=c++17 -O3 --fmad=false --threads 0)
    flags+=(-Xcompiler "-fPIC,-pthread,-fvisibility=hidden,-ffp-contract=off,-Wall,-Wextra")
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

    compile=("$nvcc" "${flags[@]}" -Icuda)
    words=0
    link=("$nvcc" "${flags[@]}" -shared -cudart static -Xlinker "--version-script=$exports")
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

# A stamp beside an object or a library vouches for it: it is written last, and holds the checksums
# of the recipe, of every source, and of the file itself. So a damaged library is known for one
# before it is loaded, and pysrc/divergence/kernel/native.py refuses one of other sources.
current() {
    grep -qsF "  $1" "${1%.*}.stamp" && sha256sum --check --status "${1%.*}.stamp" 2>/dev/null
}

all_families() {
    local source
    for source in cuda/*.cu cuda/*/*.cu; do
        [[ $source == cuda/boundary.cu ]] || cut -d / -f 2 <<<"${source%.cu}"
    done | sort -u
}
sources_of() {
    local source
    for source in cuda/boundary.cu cuda/"$1".cu cuda/"$1"/*.cu; do
        [[ ! -e $source ]] || echo "$source"
    done
}

# The object of a source at a level.
object_of() {
    local name=${1#cuda/}
    echo "$out/$backend.objects/${2:+${2%=*}/}${name%.cu}.o"
}

# What every source includes, compiled once for all that follow: a sixth of the work is saved.
preludes=
compiled_prelude() {
    local header=$preludes/${1%=*}prelude.h target=()
    [[ -z $1 ]] || target=("-march=${1#*=}")
    echo '#include "boundary.h"' >"$header"
    "${compile[@]}" "${target[@]}" -x c++-header -c -o "$header.gch" "$header"
}

# compiled SOURCE LEVEL: its object.
compiled() {
    local file part found sources command=("${compile[@]}") target=()
    file=$(object_of "$@")
    part=${file%.o}.$$
    [[ -z $2 ]] || target=("-march=${2#*=}")
    [[ -z $preludes ]] ||
        command=("${compile[@]:0:words}" -include "$preludes/${2%=*}prelude.h" "${compile[@]:words}")
    mkdir -p "${file%/*}"
    rm -f "${file%.o}.stamp"
    if found=$("${compile[@]}" "${target[@]}" -MM "$1") &&
        readarray -t sources < <(tr -s '[:space:]\\' '\n' <<<"$found" | grep -E '^(cuda|tests)/' | sort -u) &&
        sha256sum "$recipe" "${sources[@]}" >"$part.stamp" &&
        "${command[@]}" "${target[@]}" -c -o "$part.o" "$1" &&
        { [[ -z $preludes ]] || sha256sum --check --quiet "$preludes/stamp"; }; then
        mv "$part.o" "$file"
        sha256sum "$file" >>"$part.stamp"
        mv "$part.stamp" "${file%.o}.stamp"
    else
        rm -f "$file" "$part.o" "$part.stamp"
    fi
}

# linked FAMILY: its library, if every object of it could be compiled.
linked() {
    local file=$out/lib$1.$backend.so part source level objects=()
    part=${file%.so}.$$
    rm -f "${file%.so}.stamp"
    for source in $(sources_of "$1"); do
        for level in "${levels[@]}"; do objects+=("$(object_of "$source" "$level")"); done
    done
    if cat "${objects[@]/%.o/.stamp}" >"$part.stamps" 2>/dev/null &&
        link_objects "$part.so" "$1" "${objects[@]}"; then
        mv "$part.so" "$file"
        { grep -v '\.o$' "$part.stamps" | sort -u -k 2 && sha256sum "$file"; } >"$part.stamp"
        mv "$part.stamp" "${file%.so}.stamp"
    else
        rm -f "$file" "$part.so"
    fi
    rm -f "$part.stamps"
}

link_objects() {
    local file=$1 family=$2 parts status=0
    shift 2
    if [[ $variant != portable ]]; then
        "${link[@]}" -o "$file" "$@"
        return
    fi
    parts=$(mktemp -d)
    portable_library "$file" "$family" "$parts" || status=$?
    rm -rf "$parts"
    return $status
}

# Three versions and cuda/dispatch.h. Of each version all but the C functions becomes local: else a
# function of the standard library, compiled for AVX-512, might stand in for its namesakes.
portable_library() {
    local file=$1 family=$2 parts=$3 level name objects source
    for level in "${levels[@]}"; do
        name=${level%=*}
        objects=()
        for source in $(sources_of "$family"); do objects+=("$(object_of "$source" "$level")"); done
        ld -r --force-group-allocation -o "$parts/$name.o" "${objects[@]}" &&
            nm -g --defined-only "$parts/$name.o" | cut -d ' ' -f 3 | grep -x 'divergence_[a-z0-9_]*' >"$parts/names" &&
            sed "s/.*/& &_$name/" "$parts/names" >"$parts/new_names" &&
            objcopy --keep-global-symbols="$parts/names" "$parts/$name.o" &&
            objcopy --redefine-syms="$parts/new_names" "$parts/$name.o" ||
            return
    done
    { echo '#include "dispatch.h"' && sed 's/.*/DISPATCH(&)/' "$parts/names"; } |
        "${compile[@]}" -c -o "$parts/dispatch.o" - && "${link[@]}" -o "$file" "$parts"/*.o
}

# Runs a command in the background, as many at once as there are processors.
at_once() {
    while (($(jobs -pr | wc -l) >= $(nproc))); do wait -n || true; done
    "$@" &
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
printf '%s\n' "$label" "${compile[*]}" "${link[*]}" "$version" >"$recipe"

families=("$@")
(($#)) || readarray -t families < <(all_families)

# What is out of date; a library also is where a source is none of those that its stamp names.
declare -A works=()
objects=()
stale=()
for family in "${families[@]}"; do
    library=$out/lib$family.$backend
    readarray -t sources < <(sources_of "$family")
    named=$(grep -csxE "[0-9a-f]+  ($(IFS='|'; echo "${sources[*]}"))" "$library.stamp" || true)
    [[ $named != "${#sources[@]}" ]] || ! current "$library.so" || continue
    stale+=("$family")
    for source in "${sources[@]}"; do
        for level in "${levels[@]}"; do
            object=$(object_of "$source" "$level")
            [[ ! -v works[$object] ]] && ! current "$object" || continue
            works[$object]="$source $level"
            # A family of one file takes longest: it must not be what one processor is left with.
            [[ $source == cuda/"$family".cu ]] && objects=("$object" "${objects[@]}") || objects+=("$object")
        done
    done
done

# For two or three it would not pay.
if ((words && ${#objects[@]} > 3)); then
    preludes=$(mktemp -d "$out/$backend.preludes.XXXXXX")
    folder=$preludes
    trap 'rm -rf "$folder"' EXIT
    sha256sum cuda/*.h >"$preludes/stamp"
    for level in "${levels[@]}"; do compiled_prelude "$level" & done
    wait
    made=("$preludes"/*.gch)
    ((${#made[@]} == ${#levels[@]})) || preludes= # what is wrong is said when the sources are compiled
fi
for object in "${objects[@]}"; do
    read -r source level <<<"${works[$object]}"
    echo "compiling $object"
    at_once compiled "$source" "$level"
done
wait
for family in "${stale[@]}"; do at_once linked "$family"; done
wait

for family in "${families[@]}"; do
    [[ -e $out/lib$family.$backend.stamp ]] || exit 1
done
