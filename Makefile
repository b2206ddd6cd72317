# What a person types. The work is done by CMake, Kbuild and tests/.

export BUILD ?= build
START := $(shell date +%s)

# What was compiled before, in whatever checkout, is not compiled again.
export CMAKE_C_COMPILER_LAUNCHER ?= ccache
export CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_NOHASHDIR ?= 1

.PHONY: help demo test test-arm64 test-previous torture matrix bench bench-command bench-boot image-kills image-ansible lint docs command static static-native \
	static-arm64 deb rpm lint-packages packages module clean

help:
	@echo "make demo     a kernel that refuses netconsole, the command, a crash: what arrives"
	@echo "make test     unit tests and scenarios (TESTS=PATTERN for some)"
	@echo "make test-arm64  the static command for arm64 says what the other says"
	@echo "make test-previous  the last release's command reads today's database"
	@echo "make torture  random steps on a kernel with its checkers on (SEED=, STEPS=1000, CLASS=)"
	@echo "make matrix   every class of driver under every load"
	@echo "make bench    what the hook costs, as ratios (ROUNDS=5)"
	@echo "make bench-command  what the command costs, without a guest (ROUNDS=5)"
	@echo "make bench-boot  what the packages add to the boot of a Debian image (ROUNDS=5)"
	@echo "make image-kills  bake killed at KILLS=50 moments, BOOTS=50 of the images booted"
	@echo "make image-ansible  the Ansible role twice on three Debian guests at once"
	@echo "make lint     format, clang-tidy, sanitizers, sparse, checkpatch, shellcheck"
	@echo "make lint-packages  what the packages hold, install and leave behind"
	@echo "make docs     docs/database.md, from drivers-db/"
	@echo "make command  the command netpoll-shim, in $(BUILD)/patcher/"
	@echo "make static   the command without any library, in $(BUILD)/static/"
	@echo "              (ARCH=arm64: cross-built, in $(BUILD)/static-arm64/)"
	@echo "make deb      Debian's packages, with the static command, in $(BUILD)/packages/"
	@echo "make rpm      the same for RHEL and Amazon Linux"
	@echo "make module KERNELDIR=KERNEL_BUILD_TREE   netpoll_shim.ko for that kernel"
	@echo "make clean    removes $(BUILD)/ (the rig's cache stays: ~/.cache/netpoll-shim)"

demo: packages
	@$(call cmake_build,netpoll-shim demo)
	@tests/rig/run legacy $(BUILD)/tests/demo/demo $(RIG_ARGS)
	@echo "make demo took $$(($$(date +%s) - $(START))) s"

test: packages deb
	@$(call cmake_build_static,all)
	@STARTED=$(START) tests/run "$(TESTS)" $(RIG_ARGS)

test-arm64: static-arm64
	@$(call cmake_build_static,netpoll-shim netpoll-shim-static scenarios)
	@tests/rig/run legacy $(BUILD)/tests/scenarios/scenarios \
		--static-command $(BUILD)/static/netpoll-shim \
		--arm64-command $(BUILD)/static-arm64/netpoll-shim --gtest_filter='*ForArm64*'

test-previous: packages
	@$(call cmake_build,netpoll-shim)
	@tests/updates/previous-release $(BUILD)/patcher/netpoll-shim $(BUILD)

torture: packages
	@$(call cmake_build,netpoll-shim torture)
	@tests/rig/run --drivers debug $(BUILD)/tests/torture/torture $(RIG_ARGS) \
		--class "$(CLASS)" --seed "$(SEED)" --steps "$(or $(STEPS),1000)" $(TORTURE_ARGS)

matrix: packages
	@$(call cmake_build,netpoll-shim scenarios)
	@tests/rig/run --drivers legacy $(BUILD)/tests/scenarios/scenarios $(RIG_ARGS) \
		--gtest_filter='Every/*:NaivePolls.*'

bench-command: packages
	@$(call cmake_build_static,netpoll-shim netpoll-shim-static command_bench image_bench)
	@image=$$(tests/bench/image-root) && $(BUILD)/tests/bench/image_bench \
		--command $(BUILD)/patcher/netpoll-shim --root "$$image" --rounds $(or $(ROUNDS),5)
	@$(BUILD)/tests/bench/command_bench --command $(BUILD)/patcher/netpoll-shim \
		--static-command $(BUILD)/static/netpoll-shim --rounds $(or $(ROUNDS),5)

bench-boot: packages deb
	@$(call cmake_build_static,netpoll-shim netpoll-shim-static boot_bench)
	@tests/rig/run image $(BUILD)/tests/bench/boot_bench $(RIG_ARGS) --rounds $(or $(ROUNDS),5)

image-kills: packages
	@$(call cmake_build_static,netpoll-shim netpoll-shim-static image_scenarios)
	@tests/rig/run image $(BUILD)/tests/scenarios/image_scenarios $(RIG_ARGS) \
		--static-command $(BUILD)/static/netpoll-shim --gtest_filter='BakeKills.*' \
		--kills $(or $(KILLS),50) --boots $(or $(BOOTS),50)

image-ansible: packages deb
	@tests/rig/install-packages ansible
	@$(call cmake_build_static,netpoll-shim image_scenarios)
	@tests/rig/run image $(BUILD)/tests/scenarios/image_scenarios $(RIG_ARGS) \
		--gtest_filter='AnsibleRole.*'

bench: packages bench-command bench-boot
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

static: static-$(or $(ARCH),native)

static-native: packages
	@$(call cmake_build_static,netpoll-shim-static)

static-arm64:
	@tests/rig/install-packages cross
	@$(call cmake_build_in,$(BUILD)/static-arm64,netpoll-shim-static,-DNETPOLL_SHIM_STATIC=ON \
		-DBUILD_TESTING=OFF -DCMAKE_TOOLCHAIN_FILE=$(CURDIR)/packaging/static/aarch64.cmake)

static-%:
	@echo "make static: ARCH=$* is not known: arm64, or none for this machine's own" >&2; exit 2

lint-packages: deb rpm
	@mandoc -T lint -W warning man/*.8
	@tests/packages/run $(BUILD)/packages
	@tests/packages/dkms $(BUILD)/packages
	@tests/packages/install $(BUILD)/packages
	@tests/packages/rpm $(BUILD)/packages
	@tests/packages/rpm-dkms $(BUILD)/packages

deb: static-native
	@packaging/deb/build $(BUILD)/static/netpoll-shim $(BUILD)/packages

rpm: static-native
	@tests/rig/install-packages packages
	@packaging/rpm/build $(BUILD)/packages $(BUILD)/static/netpoll-shim

packages:
	@tests/rig/install-packages

# $(call cmake_build_in,FOLDER,TARGETS,OPTIONS): its output only where it fails.
cmake_build_in = mkdir -p $(1) && echo "building: $(2)" >&2 && \
	{ cmake -S . -B $(1) -G Ninja -DCMAKE_BUILD_TYPE=Release $(3) && \
	  cmake --build $(1) --target $(2); } >$(1)/build.log 2>&1 || \
	{ cat $(1)/build.log; exit 1; }
cmake_build = $(call cmake_build_in,$(BUILD),$(1))
cmake_build_static = $(call cmake_build_in,$(BUILD),$(1),-DNETPOLL_SHIM_STATIC=ON)

# Never the running kernel by accident: the tree must be named.
module:
	@[ -n "$(KERNELDIR)" ] || { \
		echo "make module: name the kernel build tree:" >&2; \
		echo "  make module KERNELDIR=/lib/modules/RELEASE/build" >&2; exit 2; }
	$(MAKE) -C "$(KERNELDIR)" M="$(CURDIR)" modules

clean:
	rm -rf $(BUILD)
