// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include "database/database.hpp"

namespace netpoll_shim::test {

// A small database with one driver of each kind. Tests of rules use it, so that a change of the
// data in drivers-db/ cannot change them.
//
//   nic_a    out-of-tree 1.0 hook, class A; 2.0 no hook, class A; in-tree from 6.0 no hook, A
//   nic_b    out-of-tree 1.0 no hook, class B
//   nic_c    out-of-tree 1.0 hook, class C; 2.0 no hook, class C; 3.0 no hook, class A
//   nic_u    out-of-tree 1.0 no hook, class unknown; 2.0 hook unknown, class A; 3.0 hook unknown,
//            class C; 4.0 hook, class unknown
//   nic_cmp  out-of-tree 1.0 no hook, class A; 2.0 no hook, class C; 3.0 no hook, class A; compares
//            netdev_ops
Database sample_database();

// drivers-db/ as it is built in.
const Database& embedded_database();

}  // namespace netpoll_shim::test
