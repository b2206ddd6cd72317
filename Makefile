# What a person types. The work is done by CMake, Kbuild and tests/.

export BUILD ?= build
START := $(shell date +%s)

.PHONY: help demo test torture matrix bench bench-command lint docs command packages module clean

help:
	@echo "make demo     a kernel that refuses netconsole, the command, a crash: what arrives"
	@echo "make test     unit tests and scenarios (TESTS=PATTERN for some)"
	@echo "make torture  random steps on a kernel with its checkers on (SEED=, STEPS=1000, CLASS=)"
	@echo "make matrix   every class of driver under every load"
	@echo "make bench    what the hook costs, as ratios (ROUNDS=5)"
	@echo "make bench-command  what the command costs, without a guest (ROUNDS=5)"
	@echo "make lint     format, clang-tidy, sanitizers, sparse, checkpatch, shellcheck"
	@echo "make docs     docs/database.md, from drivers-db/"
	@echo "make command  the command netpoll-shim, in $(BUILD)/patcher/"
	@echo "make module KERNELDIR=KERNEL_BUILD_TREE   netpoll_shim.ko for that kernel"
	@echo "make clean    removes $(BUILD)/ (the rig's cache stays: ~/.cache/netpoll-shim)"

demo: packages
	@$(call cmake_build,netpoll-shim demo)
	@tests/rig/run legacy $(BUILD)/tests/demo/demo $(RIG_ARGS)
	@echo "make demo took $$(($$(date +%s) - $(START))) s"

test: packages
	@$(call cmake_build,all)
	@STARTED=$(START) tests/run "$(TESTS)" $(RIG_ARGS)

torture: packages
	@$(call cmake_build,netpoll-shim torture)
	@tests/rig/run --drivers debug $(BUILD)/tests/torture/torture $(RIG_ARGS) \
		--class "$(CLASS)" --seed "$(SEED)" --steps "$(or $(STEPS),1000)" $(TORTURE_ARGS)

matrix: packages
	@$(call cmake_build,netpoll-shim scenarios)
	@tests/rig/run --drivers legacy $(BUILD)/tests/scenarios/scenarios $(RIG_ARGS) \
		--gtest_filter='Every/*:NaivePolls.*'

bench-command: packages
	@$(call cmake_build,netpoll-shim command_bench image_bench)
	@image=$$(tests/bench/image-root) && $(BUILD)/tests/bench/image_bench \
		--command $(BUILD)/patcher/netpoll-shim --root "$$image" --rounds $(or $(ROUNDS),5)
	@$(BUILD)/tests/bench/command_bench --command $(BUILD)/patcher/netpoll-shim --rounds $(or $(ROUNDS),5)

bench: packages bench-command
	@$(call cmake_build,netpoll-shim bench)
	@current=$$(tests/rig/kernel/build current) && \
	 tests/rig/run --drivers legacy $(BUILD)/tests/bench/bench $(RIG_ARGS) \
		--current-tree "$$current" --rounds $(or $(ROUNDS),5)

lint: packages
	@tests/rig/install-packages lint
	@tests/lint $(BUILD)

docs: packages
	@$(call cmake_build,netpoll-shim)
	@$(BUILD)/patcher/netpoll-shim db list --format markdown >$(BUILD)/database.md
	@mv $(BUILD)/database.md docs/database.md

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
