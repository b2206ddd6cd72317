// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.hpp"

#include <iterator>
#include <random>

namespace torture {
namespace {

struct Kind {
    Action action;
    const char* name;
    unsigned weight;
};

// Loading, attaching and what undoes them most of all. A reset takes seconds.
constexpr Kind kinds[] = {
    {Action::load, "load the module", 12},
    {Action::load_with_failing_allocation, "load the module, an allocation fails", 10},
    {Action::unload, "unload the module", 14},
    {Action::attach, "netconsole target on", 16},
    {Action::detach, "netconsole target off", 12},
    {Action::link_down, "link down", 4},
    {Action::link_up, "link up", 5},
    {Action::set_mtu, "MTU", 4},
    {Action::set_ring, "ring size", 4},
    {Action::set_channels, "channel count", 4},
    {Action::rename, "rename", 4},
    {Action::move_to_namespace_and_back, "to another network namespace and back", 4},
    {Action::unbind, "unbind the driver", 3},
    {Action::bind, "bind the driver", 2},
    {Action::bind_with_failing_allocation, "bind the driver, an allocation fails", 2},
    {Action::reset_adapter, "reset the adapter", 1},
    {Action::read_attributes, "read the attributes meanwhile", 6},
};

// A device that is away or down for long makes most steps idle.
constexpr int longest_absence = 3;

class Planner {
  public:
    explicit Planner(std::uint64_t seed) : random_(seed) {}

    Step next() {
        const auto argument = static_cast<unsigned>(random_() % 1000);
        Action action = choose();
        // What is refused in the present state is tried, but not all the time.
        if (idle(action) && random_() % 4 != 0)
            action = choose();
        if (bound_ && down_for_ >= longest_absence)
            action = Action::link_up;
        if (!bound_ && away_for_ >= longest_absence)
            action = argument % 2 == 0 ? Action::bind : Action::bind_with_failing_allocation;
        follow(action);
        return {action, argument};
    }

  private:
    // Not <random>'s distributions: each library has its own.
    Action choose() {
        unsigned sum = 0;
        for (const Kind& kind : kinds)
            sum += kind.weight;
        auto left = static_cast<unsigned>(random_() % sum);
        const Kind* kind = std::begin(kinds);
        for (; left >= kind->weight; ++kind)
            left -= kind->weight;
        return kind->action;
    }

    // The state is a guess: a load may fail, a target may be refused.
    bool idle(Action action) const {
        switch (action) {
            case Action::load:
            case Action::load_with_failing_allocation:
                return loaded_;
            case Action::unload:
                return !loaded_ || attached_;
            case Action::attach:
                return attached_ || !loaded_;
            case Action::detach:
                return !attached_;
            case Action::link_up:
                return !down_;
            case Action::bind:
            case Action::bind_with_failing_allocation:
                return bound_;
            case Action::read_attributes:
                return !loaded_;
            default:
                return !bound_;
        }
    }

    void follow(Action action) {
        if (action == Action::load || action == Action::load_with_failing_allocation)
            loaded_ = true;
        if (action == Action::unload && !attached_)
            loaded_ = false;
        if (action == Action::attach && loaded_ && bound_)
            attached_ = true;
        if (action == Action::detach || action == Action::unbind ||
            action == Action::move_to_namespace_and_back)
            attached_ = false;
        down_for_ += down_ ? 1 : 0;
        away_for_ += bound_ ? 0 : 1;
        if (action == Action::unbind)
            bound_ = false;
        if (action == Action::link_down)
            down_ = true;
        if (action == Action::bind || action == Action::bind_with_failing_allocation) {
            bound_ = true;
            down_ = false;
        }
        if (action == Action::link_up || action == Action::attach)
            down_ = false;
        if (bound_)
            away_for_ = 0;
        if (!down_)
            down_for_ = 0;
    }

    std::mt19937_64 random_;
    bool loaded_ = false;
    bool attached_ = false;
    bool bound_ = true;
    bool down_ = false;
    int away_for_ = 0;
    int down_for_ = 0;
};

}  // namespace

const char* name_of(Action action) {
    for (const Kind& kind : kinds)
        if (kind.action == action)
            return kind.name;
    return "?";
}

std::vector<Step> make_plan(std::uint64_t seed, std::size_t steps) {
    Planner planner(seed);
    std::vector<Step> plan;
    for (std::size_t i = 0; i < steps; ++i)
        plan.push_back(planner.next());
    return plan;
}

}  // namespace torture
