// What a forked child may rely on: nothing of the parent's is half done in it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "ForkGate.h"

#include <new>
#include <pthread.h>

namespace xphi {

ForkGate &ForkGate::instance() {
  alignas(ForkGate) static unsigned char place[sizeof(ForkGate)];
  static auto *gate = new (place) ForkGate;
  return *gate;
}

ForkGate::ForkGate() {
  ::pthread_atfork([] { instance().beforeFork(); }, [] { instance().inParent(); },
                   [] { instance().inChild(); });
}

void ForkGate::enter() {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return waiting == 0; });
  ++inside;
}

void ForkGate::leave() {
  const std::lock_guard lock(mutex);
  if (--inside == 0 && waiting != 0)
    changed.notify_all();
}

void ForkGate::pause() {
  ForkGate &gate = instance();
  if (gate.waiting == 0)
    return;
  gate.leave();
  gate.enter();
}

// The mutex stays locked until the fork is over.
void ForkGate::beforeFork() {
  std::unique_lock lock(mutex);
  ++waiting;
  changed.wait_for(lock, patience, [&] { return inside == 0; });
  lock.release();
}

void ForkGate::inParent() {
  --waiting;
  changed.notify_all();
  mutex.unlock();
}

void ForkGate::inChild() {
  ++forks;
  halfDone = halfDone || inside != 0;
  inside = 0;
  waiting = 0;
  // Not destroyed: that would wait for the threads that waited on it.
  new (&changed) std::condition_variable;
  mutex.unlock();
}

void ForkAwareLock::lock() {
  const int mine = ForkGate::instance().generation();
  for (;;) {
    int seen = 0;
    if (holder.compare_exchange_strong(seen, mine))
      return;
    if (seen == mine)
      holder.wait(seen);
    else if (holder.compare_exchange_strong(seen, mine))
      return;
  }
}

void ForkAwareLock::unlock() {
  holder.store(0);
  holder.notify_all();
}

} // namespace xphi
