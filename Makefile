# What a person types. The work is done by CMake, Kbuild and tests/.

BUILD ?= build
START := $(shell date +%s)
TREE = $$(tests/rig/legacy-kernel/build)
QEMU = $$(tests/rig/qemu-ena/build)/qemu-system-x86_64

# The rig's parts, in shell variables: built when they are not in the cache.
RIG = tree=$(TREE) && qemu=$(QEMU) && \
      set -- --kernel-tree "$$tree" --qemu "$$qemu" --command $(BUILD)/patcher/netpoll-shim \
             --source "$(CURDIR)" --build $(BUILD)/rig $(RIG_ARGS)

.PHONY: help demo test lint command packages module clean

help:
	@echo "make demo     a kernel that refuses netconsole, the command, a crash: what arrives"
	@echo "make test     unit tests and scenarios (TESTS=PATTERN for some)"
	@echo "make lint     format, clang-tidy, sanitizers, sparse, checkpatch, shellcheck"
	@echo "make command  the command netpoll-shim, in $(BUILD)/patcher/"
	@echo "make module KERNELDIR=KERNEL_BUILD_TREE   netpoll_shim.ko for that kernel"
	@echo "make clean    removes $(BUILD)/ (the rig's cache stays: ~/.cache/netpoll-shim)"

demo: packages
	@$(call cmake_build,netpoll-shim demo)
	@$(RIG) && $(BUILD)/tests/demo/demo "$$@"
	@echo "make demo took $$(($$(date +%s) - $(START))) s"

test: packages
	@$(call cmake_build,all)
	@$(RIG) && STARTED=$(START) tests/run $(BUILD) "$(TESTS)" "$$@"

lint: packages
	@tests/rig/install-packages lint
	@tests/lint $(BUILD)

command: packages
	@$(call cmake_build,netpoll-shim)

packages:
	@tests/rig/install-packages

# $(call cmake_build,TARGETS): its output only where it fails.
cmake_build = mkdir -p $(BUILD) && echo "building: $(1)" >&2 && \
	{ cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release && \
	  cmake --build $(BUILD) --target $(1); } >$(BUILD)/build.log 2>&1 || \
	{ cat $(BUILD)/build.log; exit 1; }

# Never the running kernel by accident: the tree must be named.
module:
	@[ -n "$(KERNELDIR)" ] || { \
		echo "make module: name the kernel build tree:" >&2; \
		echo "  make module KERNELDIR=/lib/modules/RELEASE/build" >&2; exit 2; }
	$(MAKE) -C "$(KERNELDIR)" M="$(CURDIR)" modules

clean:
	rm -rf $(BUILD)
