// The calls of the C library that the linker sends here: __wrap_f is called in place of f.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "HostCalls.h"

#include "Budget.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <malloc.h>
#include <new>
#include <pthread.h>
#include <sys/resource.h>

namespace xphi::compiler {
namespace {

// A lock, or the guard of a static variable that is being initialised.
struct Held {
  enum Kind { Mutex, ReadWriteLock, Guard } kind;
  void *what;
};

// More are not remembered; LLVM never holds more than a few.
constexpr unsigned mostHeld = 64;

constinit thread_local bool isCompile = false;
constinit thread_local bool stopping = false; // an exception is under way already
constinit thread_local bool raising = false;  // memory for an exception is asked for
constinit thread_local unsigned heldCount = 0;
constinit thread_local std::array<Held, mostHeld> held = {};

void remember(Held::Kind kind, void *what) {
  if (isCompile && heldCount < mostHeld)
    held[heldCount++] = {kind, what};
}

void forget(void *what) {
  if (!isCompile)
    return;
  for (unsigned i = heldCount; i-- > 0;)
    if (held[i].what == what) {
      for (--heldCount; i < heldCount; ++i)
        held[i] = held[i + 1];
      return;
    }
}

[[noreturn]] void stop(const char *code, std::string message) {
  stopping = true;
  throw CompileStopped{code, std::move(message)};
}

// Some of LLVM and MLIR uses what malloc returned without looking at it. For an exception null is
// the right answer: the C++ library has memory in hand for those.
void count(void *memory) {
  if (memory)
    heldBytes += std::int64_t(malloc_usable_size(memory));
  else if (isCompile && !stopping && !raising)
    throw std::bad_alloc();
}

void uncount(void *memory) {
  if (memory)
    heldBytes -= std::int64_t(malloc_usable_size(memory));
}

// The clock is read for one small allocation in some hundred.
void checkBudget(std::size_t size) {
  thread_local unsigned allocations = 0;
  if (!isCompile || stopping || (++allocations % 256 != 0 && size < 65536))
    return;
  if (const Budget *budget = currentBudget(); budget && budget->overrun(size))
    stop("X1009", budget->message());
}

[[noreturn]] void stopEnding(const char *call) {
  stopping = true; // what follows needs memory
  stop("X1000", std::string("the compiler called ") + call + "; this is a bug of xphi");
}

} // namespace
} // namespace xphi::compiler

using namespace xphi::compiler;

// NOLINTBEGIN(bugprone-reserved-identifier, readability-identifier-naming)
extern "C" {

void *__real_malloc(std::size_t);
void *__real_calloc(std::size_t, std::size_t);
void *__real_realloc(void *, std::size_t);
void *__real_aligned_alloc(std::size_t, std::size_t);
void __real_free(void *);
void *__real__Znwm(std::size_t);
void *__real___cxa_allocate_exception(std::size_t);
void *__real__ZnwmSt11align_val_t(std::size_t, std::align_val_t);
int __real_pthread_mutex_lock(pthread_mutex_t *);
int __real_pthread_mutex_unlock(pthread_mutex_t *);
int __real_pthread_rwlock_rdlock(pthread_rwlock_t *);
int __real_pthread_rwlock_wrlock(pthread_rwlock_t *);
int __real_pthread_rwlock_unlock(pthread_rwlock_t *);
int __real___cxa_guard_acquire(std::uint64_t *);
void __real___cxa_guard_release(std::uint64_t *);
void __cxa_guard_abort(std::uint64_t *);
[[noreturn]] void __real_abort();
[[noreturn]] void __real_exit(int);
[[noreturn]] void __real__exit(int);

void *__wrap_malloc(std::size_t size) {
  void *memory = __real_malloc(size);
  if (memory || size != 0)
    count(memory);
  return memory;
}

void *__wrap_calloc(std::size_t number, std::size_t size) {
  void *memory = __real_calloc(number, size);
  count(memory);
  return memory;
}

void *__wrap_realloc(void *memory, std::size_t size) {
  const std::int64_t before = memory ? std::int64_t(malloc_usable_size(memory)) : 0;
  void *moved = __real_realloc(memory, size);
  if (moved || size == 0)
    heldBytes -= before;
  if (moved || size != 0)
    count(moved);
  return moved;
}

void *__wrap_aligned_alloc(std::size_t alignment, std::size_t size) {
  void *memory = __real_aligned_alloc(alignment, size);
  count(memory);
  return memory;
}

void __wrap_free(void *memory) {
  uncount(memory);
  __real_free(memory);
}

void *__wrap___cxa_allocate_exception(std::size_t size) {
  raising = true;
  void *memory = __real___cxa_allocate_exception(size);
  raising = false;
  return memory;
}

// operator new, plain and aligned; the other forms end here.
void *__wrap__Znwm(std::size_t size) {
  checkBudget(size);
  return __real__Znwm(size);
}

void *__wrap__ZnwmSt11align_val_t(std::size_t size, std::align_val_t alignment) {
  checkBudget(size);
  return __real__ZnwmSt11align_val_t(size, alignment);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *mutex) {
  const int error = __real_pthread_mutex_lock(mutex);
  if (error == 0)
    remember(Held::Mutex, mutex);
  return error;
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *mutex) {
  forget(mutex);
  return __real_pthread_mutex_unlock(mutex);
}

int __wrap_pthread_rwlock_rdlock(pthread_rwlock_t *lock) {
  const int error = __real_pthread_rwlock_rdlock(lock);
  if (error == 0)
    remember(Held::ReadWriteLock, lock);
  return error;
}

int __wrap_pthread_rwlock_wrlock(pthread_rwlock_t *lock) {
  const int error = __real_pthread_rwlock_wrlock(lock);
  if (error == 0)
    remember(Held::ReadWriteLock, lock);
  return error;
}

int __wrap_pthread_rwlock_unlock(pthread_rwlock_t *lock) {
  forget(lock);
  return __real_pthread_rwlock_unlock(lock);
}

int __wrap___cxa_guard_acquire(std::uint64_t *guard) {
  const int mine = __real___cxa_guard_acquire(guard);
  if (mine)
    remember(Held::Guard, guard);
  return mine;
}

void __wrap___cxa_guard_release(std::uint64_t *guard) {
  forget(guard);
  __real___cxa_guard_release(guard);
}

[[noreturn]] void __wrap_abort() {
  if (isCompile && !stopping)
    stopEnding("abort");
  __real_abort();
}

[[noreturn]] void __wrap_exit(int status) {
  if (isCompile && !stopping)
    stopEnding("exit");
  __real_exit(status);
}

[[noreturn]] void __wrap__exit(int status) {
  if (isCompile && !stopping)
    stopEnding("_exit");
  __real__exit(status);
}

// Nothing of this library is destroyed when the process ends: threads may be compiling still, and
// engines of the host's that wait for them may be destroyed later.
int __wrap___cxa_atexit(void (*)(void *), void *, void *) { return 0; }

// The host's, as it has them.
int __wrap_sigaction(int, const struct sigaction *, struct sigaction *before) {
  if (before)
    *before = {};
  return 0;
}

int __wrap_sigaltstack(const stack_t *, stack_t *before) {
  if (before) {
    *before = {};
    before->ss_flags = SS_DISABLE;
  }
  return 0;
}

int __wrap_setrlimit(int, const struct rlimit *) {
  errno = EPERM;
  return -1;
}

int __wrap_chdir(const char *) {
  errno = EPERM;
  return -1;
}

} // extern "C"
// NOLINTEND(bugprone-reserved-identifier, readability-identifier-naming)

namespace xphi::compiler {

// Not the counting forms, which have such a variable. What has just been freed is there for the
// variables of this library and of those it uses, a few hundred bytes each.
bool hasMemoryForThread() {
  std::array<void *, 8> pieces;
  bool enough = true;
  for (void *&piece : pieces) {
    piece = __real_malloc(16384);
    enough = enough && piece;
  }
  for (void *piece : pieces)
    __real_free(piece);
  return enough;
}

void stopAsWell(CompileStopped stopped) {
  stopping = true;
  throw stopped;
}

CompileThreadMark::CompileThreadMark() { isCompile = true; }

CompileThreadMark::~CompileThreadMark() {
  isCompile = false;
  giveBackLocks();
}

void giveBackLocks() {
  while (heldCount > 0) {
    const Held last = held[--heldCount];
    switch (last.kind) {
    case Held::Mutex:
      __real_pthread_mutex_unlock(static_cast<pthread_mutex_t *>(last.what));
      break;
    case Held::ReadWriteLock:
      __real_pthread_rwlock_unlock(static_cast<pthread_rwlock_t *>(last.what));
      break;
    case Held::Guard:
      __cxa_guard_abort(static_cast<std::uint64_t *>(last.what));
      break;
    }
  }
}

} // namespace xphi::compiler
