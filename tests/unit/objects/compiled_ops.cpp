// SPDX-License-Identifier: GPL-2.0-or-later
// What a driver's object looks like, of the layout that support/object_writer.hpp has.

namespace {

struct NetDeviceOps {
    void (*before[4])();
    int (*ndo_start_xmit)();
    void (*ndo_poll_controller)();
    void (*ndo_netpoll_setup)();
    void (*last)();
};

int start_xmit() {
    return 0;
}
void nothing() {}

}  // namespace

// Static, as in a driver, and of their plain names, as in C.
extern "C" {
void keep(const void* table);
int imported_start_xmit();

static const NetDeviceOps hook_ops __asm__("hook_ops") = {
    {nothing}, start_xmit, nothing, nullptr, nothing};
static const NetDeviceOps plain_ops __asm__("plain_ops") = {
    {nothing}, imported_start_xmit, nullptr, nullptr, nullptr};
static NetDeviceOps writable_ops __asm__("writable_ops") = {
    {}, start_xmit, nullptr, nullptr, nothing};
extern const NetDeviceOps stacked_ops;
const NetDeviceOps stacked_ops = {{}, start_xmit, nothing, nothing, nullptr};
static const char* const strings[8] = {"a", "b", "c", "d", "e", "f", "g", "h"};
static const char text[64] = "of the same size";

__attribute__((section(".modinfo"), used)) static const char license[] = "license=GPL";

void probe() {
    keep(&hook_ops);
    keep(&plain_ops);
    keep(&writable_ops);
    keep(&stacked_ops);
    keep(strings);
    keep(text);
}
}
