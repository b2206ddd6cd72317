// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/words.hpp"

namespace netpoll_shim {

std::string_view word(VerdictKind kind) {
    switch (kind) {
        case VerdictKind::native:
            return "native";
        case VerdictKind::shim:
            return "shim";
        case VerdictKind::refuse:
            return "refuse";
        case VerdictKind::unknown:
            break;
    }
    return "unknown";
}

std::string_view word(Service service) {
    switch (service) {
        case Service::none:
            break;
        case Service::waiting:
            return "waiting";
        case Service::served:
            return "served";
        case Service::other_mode:
            return "other-mode";
    }
    return "not-served";
}

std::string_view word(HookDemand demand) {
    switch (demand) {
        case HookDemand::demanded:
            return "demanded";
        case HookDemand::not_demanded:
            return "not-demanded";
        case HookDemand::no_netpoll:
            break;
    }
    return "no-netpoll";
}

std::string_view word(BuildKind kind) {
    switch (kind) {
        case BuildKind::module:
            return "module";
        case BuildKind::built_in:
            return "built-in";
        case BuildKind::absent:
            break;
    }
    return "absent";
}

std::string_view word(Evidence evidence) {
    switch (evidence) {
        case Evidence::live_device:
            return "live-device";
        case Evidence::driver_object:
            return "driver-object";
        case Evidence::kernel_symbols:
            return "kernel-symbols";
        case Evidence::database:
            return "database";
        case Evidence::version_guess:
            break;
    }
    return "version-guess";
}

std::string_view word(Question question) {
    switch (question) {
        case Question::demand:
            return "demand";
        case Question::hook:
            return "hook";
        case Question::driver_class:
            break;
    }
    return "class";
}

std::string_view word(Standing standing) {
    switch (standing) {
        case Standing::decides:
            return "decides";
        case Standing::agrees:
            return "agrees";
        case Standing::overruled:
            break;
    }
    return "overruled";
}

std::string_view word(VermagicFit fit) {
    switch (fit) {
        case VermagicFit::fits:
            return "fits";
        case VermagicFit::release_fits:
            return "release-fits";
        case VermagicFit::crcs_fit:
            return "crcs-fit";
        case VermagicFit::differs:
            break;
    }
    return "differs";
}

std::string_view word(LoadOutcome outcome) {
    switch (outcome) {
        case LoadOutcome::loaded:
            return "loaded";
        case LoadOutcome::reloaded:
            return "reloaded";
        case LoadOutcome::already_loaded:
            return "already-loaded";
        case LoadOutcome::nothing_to_do:
            break;
    }
    return "nothing-to-do";
}

}  // namespace netpoll_shim
