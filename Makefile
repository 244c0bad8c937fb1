# make            the Python environment, and every library that this machine can build
# make test       the tests                          (ARGS="-k film" goes to pytest)
# make test-variants   the same bits from libraries for other processors
# make bench      pixel-steps per second             (ARGS=... goes to bench/bench.py)
# make cpu        the CPU libraries alone            (PORTABLE=1: for any x86-64 processor)
# make cuda       the CUDA libraries, or an error    (ARCHS="75 80 90" builds fat ones)
# make cuda-lineinfo   the same for profilers
# make timing     the three-body kernel by itself, on the CPU and on a GPU
# make sanitize   the tests again on ASan, UBSan and TSan builds
# make spills     the GPU kernels that do not fit in registers
# make lint       what CI says about style; make format mends it
# make explore    any scene, live, in a browser    (ARGS=newton-quintic)
# make test-browser  the explorer, used by a browser; skips where there is no chromium
# make test-cluster  films by workers that are killed, cut off or of other builds: some minutes
# make wheel      what pip installs anywhere, into dist/: no compiler is needed there
# make docs       the pages of docs/, into build/site
# make clean      forget the environment and the libraries, keep outputs/

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.PHONY: all cpu cuda cuda-lineinfo cuda-if-possible emulated tools test test-variants bench timing sanitize spills lint format docs wheel explore test-browser test-cluster clean help
MAKEFLAGS += --no-builtin-rules $(if $(filter clean,$(MAKECMDGOALS)),,--jobs=3)

CXX ?= g++
VARIANT ?= $(if $(PORTABLE),portable,native)
export CXX ARCHS

all: cpu .venv/complete cuda-if-possible
	@echo "built: $$(head -n 1 build/cpu.recipe); $$(head -n 1 build/cuda.recipe)"
	PYTHONPATH=pysrc .venv/bin/python -c "from divergence.kernel import devices
	print('device auto:', devices.devices()['auto'])"

# Asked before anything starts, so that a missing tool costs one line.
cpu .venv/complete cuda-if-possible: | tools
tools:
	@$(if $(shell command -v $(CXX)),,$(error no C++ compiler '$(CXX)': install g++))
	$(if $(or $(wildcard .venv/complete),$(python)),,$(error no Python 3.11 or newer: install one, or say make PYTHON=/where/it/is))

# Libraries. build.sh knows what is out of date.

cpu:
	@./build.sh cpu --variant $(VARIANT) --out build

cuda:
	@./build.sh cuda

# For profilers: with the lines of the sources, and with ranges by NVTX. `make cuda` undoes it.
cuda-lineinfo:
	@./build.sh cuda --variant lineinfo --out build

# The CUDA sources for GPUs that the tests make up.
emulated:
	@./build.sh cuda --variant emulated

# CUDA is welcome, not needed: this target never fails.
cuda-if-possible:
	@mkdir -p build
	status=0
	./build.sh cuda 2>build/cuda.log || status=$$?
	case $$status in
	    0) ;;
	    2) echo "no nvcc, so no cuda" >build/cuda.recipe ;;
	    *) echo "CUDA did not compile, so no cuda: see build/cuda.log" >build/cuda.recipe ;;
	esac

# The Python environment. What works goes on working, whatever happens meanwhile: a new one is made
# beside the old, which it then replaces, and so are additions, each in a folder of its own.

install = PIP_USER=0 $(1)/bin/python -I -m pip install -qq --disable-pip-version-check $(2) -r $< || \
    { echo "pip could not install $<: make starts over next time"; exit 2; }

# Of a virtual environment the Python below it, as the one that is active may be .venv itself.
python = $(shell for python in $(PYTHON) python3 python; do \
    $$python -c 'import sys; sys.version_info < (3, 11) and sys.exit(1); print(sys._base_executable)' \
    2>/dev/null && break; done)

.venv/complete: requirements.txt
	@python="$(python)"
	echo "installing the Python environment (once)"
	rm -rf .venv.part
	if ! "$$python" -m venv .venv.part &>/dev/null; then # Debian's Python, without python3-venv
	    "$$python" -m venv --clear --without-pip .venv.part &>/dev/null &&
	    "$$python" -m pip --python .venv.part/bin/python install -qq pip &>/dev/null ||
	    { echo "$$python cannot make virtual environments: apt install python3-venv"; exit 2; }
	fi
	$(call install,.venv.part)
	# Its programs name the Python beside them by where that was.
	grep -lIr "/\.venv\.part" .venv.part/bin | xargs -r sed -i 's|/\.venv\.part|/.venv|g'
	touch .venv.part/complete
	$(call swap,.venv.part,.venv)

# In a folder that the environment is told of; an addition has the versions that others have.
.venv/%: requirements-%.txt .venv/complete
	@echo "installing $< (once)"
	rm -rf .venv/$*.part
	$(call install,.venv,--target .venv/$*.part -c requirements.txt)
	$(call swap,.venv/$*.part,.venv/$*)
	echo "../../../$*" >"$$(echo .venv/lib/python*/site-packages)/divergence-$*.pth"
	for program in .venv/$*/bin/*; do ln -sf "../$*/bin/$${program##*/}" .venv/bin/; done
	touch $@

swap = rm -rf $(2).old; if [ -e $(2) ]; then mv $(2) $(2).old; fi; mv $(1) $(2); rm -rf $(2).old

.venv/bench: | .venv/dev # one after the other

# What the environment is for.

# A test uses one processor for the most part, and two are here at least.
pytest = .venv/bin/python -m pytest -q --numprocesses auto --maxprocesses 4 --dist worksteal

test: all emulated .venv/dev .venv/explore .venv/exr .venv/widget .venv/cluster
	@$(pytest) $(ARGS)

test-variants: all .venv/dev
	@.venv/bin/python -m pytest -q -m variants $(ARGS)

bench: all .venv/bench
	@.venv/bin/python bench/bench.py $(ARGS)

timing: all
	@gcc -O2 -Icuda examples/timing.c -ldl -o build/timing
	for library in build/libthree_body.*.so; do
	    printf '%s: ' "$$library"
	    build/timing "$$library" || true
	done

# All the tests but those that need a GPU, where nothing of this kind runs, and those that build
# libraries of their own, without the sanitizers. A finding ends the tests.
# The sanitizers' run-time libraries must be in the process before Python starts, and with them
# libstdc++, whose exceptions they catch. What is left out is Python's: it frees little at its end,
# and has no instrumented memory accesses for TSan. (A quarantine would count as memory in use.)
sanitize: sanitize-asan sanitize-tsan
sanitize-%: cpu .venv/dev .venv/explore .venv/exr .venv/widget .venv/cluster
	@./build.sh cpu --variant $*
	./build.sh cuda --variant emulated-$*
	echo "testing build/$*: for minutes, into build/$*/tests.log"
	setarch -R env DIVERGENCE_BUILD="$(CURDIR)/build/$*" \
	    LD_PRELOAD="$$($(CXX) -print-file-name=lib$*.so) $$($(CXX) -print-file-name=libstdc++.so)" \
	    ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=1 UBSAN_OPTIONS=print_stacktrace=1 \
	    TSAN_OPTIONS=halt_on_error=1:ignore_noninstrumented_modules=1:die_after_fork=0 \
	    .venv/bin/python -m pytest -v --capture=sys -p no:cacheprovider -m "not gpu and not build and not variants" \
	    $(ARGS) >build/$*/tests.log 2>&1 || {
	    awk '/runtime error:|Sanitizer: / { found = 1 } found && ++lines <= 30
	        END { exit !found }' build/$*/tests.log || tail -n 30 build/$*/tests.log
	    echo "build/$*: failed: see build/$*/tests.log"
	    exit 1
	}
	echo "build/$*: $$(tail -n 1 build/$*/tests.log)"

# A point lives in registers: on no GPU may a kernel have memory of its own, by the compiler's
# report. Three kinds have. AdamsBashforth<4> in double or mixed precision remembers three rates of
# change, with which its state takes 194 of a thread's 255 registers, and 40 to 330 bytes of what a
# step takes find no room. The adaptive integrator's series are arrays, of 5.6 kB. The outputs of
# InputDescent's layers are one of 256 bytes, as how many layers there are is a parameter.
SPILL_ARCHS ?= 75 80 86 89 90 100 120
spills: $(addprefix spills-,$(SPILL_ARCHS))
spills-%:
	@mkdir -p build/spills
	report=build/spills/sm_$*.log
	if ! $${NVCC:-nvcc} --list-gpu-code | grep -qx sm_$*; then
	    echo "sm_$*: not known to this nvcc"
	    exit 0
	fi
	for source in $(sources); do
	    $${NVCC:-nvcc} -std=c++17 -O3 --fmad=false -arch=sm_$* -cubin -Xptxas -v -o /dev/null \
	        -Xcompiler -Wall,-Wextra -Icuda $$source
	done &>$$report || { cat $$report; exit 1; }
	c++filt <$$report | awk '
	    /warning/
	    /Compiling entry/ {
	        kernel = $$0
	        gsub(/divergence::|.*entry function .void /, "", kernel)
	        sub(/ *>::Map.*|\(.*/, "", kernel)
	    }
	    /bytes stack frame/ && ++kernels && !/ 0 bytes stack frame, 0 bytes spill/ {
	        sub(/^ */, "")
	        print "sm_$*: " kernel ": " $$0
	        if (kernel !~ /AdamsBashforth<4>|Adaptive|InputDescent/) ++wrong
	    }
	    /warning/ { ++wrong }
	    END {
	        print "sm_$*: " wrong + 0 " of " kernels " kernels out of registers that should not be"
	        exit !kernels || wrong
	    }'

sources = $(wildcard cuda/*.cu cuda/*/*.cu)
c_sources = $(sources) $(wildcard cuda/*.h examples/*.c tests/*.c tests/*.cpp tests/*.h tests/emulator/* bench/*.cpp bench/*.cu)

lint: .venv/dev .venv/explore .venv/exr .venv/widget
	@.venv/bin/python -m ruff check
	.venv/bin/python -m ruff format --check
	.venv/bin/python -m mypy --no-error-summary
	.venv/bin/clang-format --dry-run -Werror $(c_sources)

format: .venv/dev
	@.venv/bin/python -m ruff check --fix --exit-zero
	.venv/bin/python -m ruff format
	.venv/bin/clang-format -i $(c_sources)

explore: all .venv/explore
	@.venv/bin/python pysrc/explore.py $(ARGS)

test-browser: all .venv/dev .venv/explore .venv/browser .venv/widget
	@.venv/bin/python -m pytest -q tests/browser $(ARGS)

# The default film twice, hosts and networks that fail, builds for other processors, TLS, MPI.
test-cluster: all .venv/dev .venv/cluster
	@.venv/bin/python -m pytest -q tests/cluster $(ARGS)

docs: .venv/docs
	@NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --strict 2> >(grep -v ^INFO >&2)
	echo "build/site/index.html"

# For any Linux with the processor and the C library of this one, or newer.
wheel: .venv/wheel | tools
	@rm -rf dist build/wheel
	export PATH="$(CURDIR)/.venv/bin:$$PATH" PYTHONPATH="$(CURDIR)/.venv/wheel"
	python -m pip wheel -q --no-deps --no-build-isolation --wheel-dir build/wheel/plain .
	python -m auditwheel repair --wheel-dir dist build/wheel/plain/*.whl &>build/wheel/audit.log ||
	    { cat build/wheel/audit.log; exit 1; }
	echo dist/*.whl

clean:
	@rm -rf build dist .venv .venv.part .venv.old .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

help:
	@sed '/^$$/q; s/^# //' Makefile
