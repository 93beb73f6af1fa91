# Holdfast. `make run` and `make test` install what is missing and do the rest.
# What is built lies in build/<profile>/:
#   release  what is shipped: -O2 and every hardening flag the compiler accepts
#   dev      quick, warnings are errors; what land-check and lint look at
#   san      AddressSanitizer and UndefinedBehaviorSanitizer; what tests run
#   tsan     ThreadSanitizer; `make unit P=tsan`, and in test-full
#   fuzz     san under clang's libFuzzer
# `make CC=clang` works for all. `make unit T=core` runs a part of the tests.

CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 20
P ?= san
T ?=
JOBS = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))
VERSION := $(shell cat VERSION 2>/dev/null || echo 0)
MAKEFLAGS += --no-print-directory --no-builtin-rules
.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:

# ---------------------------------------------------------------- the doors
# These run before anything is known about the machine, so they only call
# tool/install-deps and then make itself.

OUTER := run test test-full bench fuzz lint deb install print-binary clean
.PHONY: $(OUTER) release land-check unit ui program
.DEFAULT_GOAL := run

run:
	@tool/install-deps run
	@$(MAKE) $(JOBS) release
	@exec build/release/holdfast demo $(ARGS)

test test-full:
	@tool/install-deps test
	@node tool/run-tests.mjs $@ $(T)

bench:
	@tool/install-deps test
	@$(MAKE) $(JOBS) release
	@bench/run $(SET) $(ARGS)

fuzz:
	@tool/install-deps test
	@$(MAKE) $(JOBS) fuzz-programs
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tool/run-fuzz $(T)

lint:
	@tool/install-deps test
	@$(MAKE) $(JOBS) lint-checks ALL=$(ALL)

deb:
	@tool/install-deps deb
	@$(MAKE) $(JOBS) release
	@packaging/build-deb $(VERSION)

# Prints where the program is, alone on standard output; builds it if need be.
print-binary:
	@test -x build/release/holdfast || { tool/install-deps run && \
		$(MAKE) $(JOBS) release; } >&2
	@echo $(CURDIR)/build/release/holdfast

install:
	@test -x build/release/holdfast || { echo "run 'make release' first"; \
		exit 1; }
	install -D -m 755 build/release/holdfast \
		$(DESTDIR)$(PREFIX)/bin/holdfast
	install -D -m 644 packaging/holdfast.service \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/holdfast.service
	sed -i 's|/usr/bin/|$(PREFIX)/bin/|' \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/holdfast.service
	test -e $(DESTDIR)/etc/holdfast.conf || install -D -m 644 \
		packaging/holdfast.conf $(DESTDIR)/etc/holdfast.conf
	install -D -m 644 packaging/holdfast.1 \
		$(DESTDIR)$(PREFIX)/share/man/man1/holdfast.1
	install -D -m 644 LICENSE \
		$(DESTDIR)$(PREFIX)/share/doc/holdfast/copyright

clean:
	rm -rf build ui/dist

# ------------------------------------------------------- compiler and flags

ifneq ($(filter-out $(OUTER),$(or $(MAKECMDGOALS),run)),)
FLAGS := build/flags-$(subst /,_,$(subst $() $(),_,$(CC))).mk
include $(FLAGS)
endif

build/flags-%.mk: tool/probe-flags
	@mkdir -p build
	@tool/probe-flags "$(CC)" >$@.new && mv $@.new $@

# Another compiler or other flags: everything is built again.
build/compiler: always $(FLAGS)
	@mkdir -p build
	@cat $(FLAGS) | sed '1i# $(CC) $(VERSION)' | cmp -s - $@ || \
		sed '1i# $(CC) $(VERSION)' $(FLAGS) >$@

COMMON = -std=c17 -D_GNU_SOURCE -DHOLDFAST_VERSION='"$(VERSION)"' -Isrc \
	-Ibuild/gen $(LIB_CFLAGS) -pthread -fno-common -fvisibility=hidden \
	-ffile-prefix-map=$(CURDIR)=. -MMD -MP
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all

release_CC = $(CC)
release_CFLAGS = -O2 -g $(HARDEN)
release_LDFLAGS = $(HARDEN_LD)
dev_CC = $(CC)
dev_CFLAGS = -O1 -g -Werror
san_CC = $(CC)
san_CFLAGS = -O1 -g -fno-omit-frame-pointer -DHOLDFAST_SANITIZE=1 $(SANITIZE)
san_LDFLAGS = $(SANITIZE)
tsan_CC = $(CC)
tsan_CFLAGS = -O1 -g -DHOLDFAST_SANITIZE=1 -fsanitize=thread
tsan_LDFLAGS = -fsanitize=thread
fuzz_CC = clang
fuzz_CFLAGS = $(san_CFLAGS) -fsanitize=fuzzer-no-link -Wno-unknown-warning-option
fuzz_LDFLAGS = $(SANITIZE)

# ------------------------------------------------------------- what there is

sources := $(sort $(wildcard src/*/*.c src/*/*/*.c))
headers := $(sort $(wildcard src/*/*.h src/*/*/*.h))
main := $(wildcard src/app/main.c)
embedded := build/gen/assets_schema.c build/gen/assets_playbook.c \
	build/gen/assets_ui.c build/gen/assets_demo.c
library := $(filter-out src/app/main.c,$(sources)) $(embedded)
unit_tests := $(sort $(wildcard test/unit/*/test_*.c))
contract_tests := $(sort $(wildcard test/contract/test_*.c))
tests := $(unit_tests) $(contract_tests)
support := $(sort $(wildcard test/support/*.c))
# Programs that node tests build for themselves: make build/release/test/...
test_tools := $(sort $(wildcard test/interop/*.c))
benches := $(sort $(wildcard bench/*.c))
fuzzers := $(sort $(wildcard test/fuzz/fuzz_*.c))

objects = $(patsubst %.c,build/$(1)/%.o,$(patsubst build/gen/%,gen/%,$(2)))

# ------------------------------------------------------ the rules of a profile

define profile
build/$(1)/src/%.o: src/%.c build/compiler
	@mkdir -p $$(@D)
	@echo "  $(1) $$<"
	@$$($(1)_CC) $$(COMMON) $$(WARN) $$($(1)_CFLAGS) -c -o $$@ $$<

build/$(1)/gen/%.o: build/gen/%.c build/compiler
	@mkdir -p $$(@D)
	@$$($(1)_CC) $$(COMMON) $$($(1)_CFLAGS) -c -o $$@ $$<

build/$(1)/test/%.o: test/%.c build/compiler
	@mkdir -p $$(@D)
	@echo "  $(1) $$<"
	@$$($(1)_CC) $$(COMMON) -Itest -isystem /usr/include/postgresql \
		$$(TEST_WARN) $$($(1)_CFLAGS) -c -o $$@ $$<

build/$(1)/bench/%.o: bench/%.c build/compiler
	@mkdir -p $$(@D)
	@$$($(1)_CC) $$(COMMON) -Ibench $$(TEST_WARN) $$($(1)_CFLAGS) -c -o $$@ $$<

build/$(1)/bench/bench: $(call objects,$(1),$(benches)) \
		build/$(1)/libholdfast.a
	@$$($(1)_CC) $$($(1)_CFLAGS) $$($(1)_LDFLAGS) -pthread -o $$@ $$^ \
		-Wl,--as-needed $$(LIB_LDLIBS) -lz -lm

# The list is a file, so that a source that was removed leaves the archive.
build/$(1)/library.list: always
	@mkdir -p $$(@D)
	@echo '$(library)' | cmp -s - $$@ || echo '$(library)' >$$@

build/$(1)/libholdfast.a: $(call objects,$(1),$(library)) \
		build/$(1)/library.list
	@rm -f $$@
	@ar rcsD $$@ $$(filter %.o,$$^)

build/$(1)/holdfast: $(call objects,$(1),$(main)) build/$(1)/libholdfast.a
	@echo "  $(1) $$@"
	@$$($(1)_CC) $$($(1)_CFLAGS) $$($(1)_LDFLAGS) -pthread -o $$@ $$(filter %.o,$$^) \
		-Wl,--whole-archive build/$(1)/libholdfast.a \
		-Wl,--no-whole-archive $$(LIB_LDLIBS) -lm

$(patsubst %.c,build/$(1)/%,$(unit_tests) $(test_tools)): %: %.o \
		$(call objects,$(1),$(support)) build/$(1)/libholdfast.a
	@$$($(1)_CC) $$($(1)_CFLAGS) $$($(1)_LDFLAGS) -pthread -o $$@ $$^ \
		-Wl,--as-needed -lcmocka $$(LIB_LDLIBS) -lm

# Contract tests walk everything that is registered, so they link all of it.
$(patsubst %.c,build/$(1)/%,$(contract_tests)): %: %.o \
		$(call objects,$(1),$(support)) build/$(1)/libholdfast.a
	@$$($(1)_CC) $$($(1)_CFLAGS) $$($(1)_LDFLAGS) -pthread -o $$@ $$(filter %.o,$$^) \
		-Wl,--whole-archive build/$(1)/libholdfast.a \
		-Wl,--no-whole-archive,--as-needed -lcmocka -lpq $$(LIB_LDLIBS) -lm
endef
$(foreach p,release dev san tsan fuzz,$(eval $(call profile,$(p))))

$(patsubst %.c,build/san/%,$(fuzzers)): %: %.o build/san/test/fuzz/replay.o \
		build/san/libholdfast.a
	@$(san_CC) $(san_LDFLAGS) -pthread -o $@ $^ -Wl,--as-needed \
		$(LIB_LDLIBS) -lm

$(patsubst %.c,build/fuzz/%,$(fuzzers)): %: %.o build/fuzz/libholdfast.a
	@$(fuzz_CC) $(fuzz_LDFLAGS) -fsanitize=fuzzer -pthread -o $@ $^ \
		-Wl,--as-needed $(LIB_LDLIBS) -lm

-include $(wildcard build/*/src/*/*.d build/*/src/*/*/*.d build/*/gen/*.d build/*/test/*.d \
	build/*/test/*/*.d build/*/test/*/*/*.d build/*/bench/*.d)
.PHONY: always

# ------------------------------------------------------- files in the program

build/tool/%: tool/%.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE -O1 -g $(WARN) -Werror -Isrc -o $@ $< \
		-lsodium -lz

schema_files := $(sort $(wildcard src/store/schema/*.sql))
demo_files := $(sort $(wildcard sim/demo/*.*))
playbook_files := $(sort $(filter-out %/,$(wildcard playbook/*.* playbook/*/*.*)))
# The built interface has other names after each build, so the list is a file.
build/gen/ui.list: always
	@mkdir -p $(@D)
	@{ test ! -d ui/dist || find ui/dist -type f -printf '%p %s %T@\n'; } | \
		LC_ALL=C sort >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

build/gen/assets_schema.c: build/tool/embed $(schema_files)
	@mkdir -p $(@D)
	@build/tool/embed schema src/store/schema $@ $(schema_files)
build/gen/assets_playbook.c: build/tool/embed $(playbook_files)
	@mkdir -p $(@D)
	@build/tool/embed playbook playbook $@ $(playbook_files)
build/gen/assets_demo.c: build/tool/embed $(demo_files)
	@mkdir -p $(@D)
	@build/tool/embed demo sim/demo $@ $(demo_files)
build/gen/assets_ui.c: build/tool/embed build/gen/ui.list
	@build/tool/embed -z ui ui/dist $@ `cut -d' ' -f1 build/gen/ui.list`
build/gen/stamp: $(embedded)
	@touch $@

# ------------------------------------------------------------- the interface

ui_sources := $(shell find ui -type f -not -path 'ui/node_modules/*' \
	-not -path 'ui/dist/*' 2>/dev/null)
ui: $(if $(wildcard ui/package.json),build/ui.stamp)
build/ui.stamp: $(ui_sources) tool/build-ui
	@mkdir -p build
	@tool/build-ui
	@touch $@

# ------------------------------------------------------------------- goals

release: ui
	@$(MAKE) $(JOBS) program P=release
program: $(if $(main),build/$(P)/holdfast,build/$(P)/libholdfast.a)

# Fast enough to run before each landing: all of src under the strict flags,
# and dependencies that point down only.
land-check: build/tool/tidy $(if $(main),build/dev/holdfast) \
		build/dev/libholdfast.a
	@build/tool/tidy layers $(sources) $(headers)

.PHONY: lint-checks
lint-checks: build/tool/tidy build/gen/stamp
	@LINT_CFLAGS="$(filter-out -MMD -MP -ffile-prefix-map=% -DHOLDFAST_VERSION=%,$(COMMON)) \
		$(filter-out -Wtrampolines,$(WARN))" tool/run-lint $(if $(ALL),all)

wanted = $(if $(T),$(foreach t,$(1),$(if $(findstring $(T:.c=),$(t)),$(t))),$(1))
unit_programs = $(patsubst %.c,build/$(P)/%,$(call wanted,$(tests)))
.PHONY: unit-programs replay-programs fuzz-programs
unit-programs: $(unit_programs)
unit: unit-programs
	@node tool/run-tests.mjs programs $(unit_programs)
replay-programs: $(patsubst %.c,build/san/%,$(call wanted,$(fuzzers)))
fuzz-programs: $(patsubst %.c,build/fuzz/%, \
	$(filter-out test/fuzz/fuzz_canary.c,$(fuzzers)))
