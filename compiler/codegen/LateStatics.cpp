// Halide, and the library around it, register nothing for the end of the process.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// exit() destroys what was made last first: the statics of a library that is being opened, and
// those that it makes while a thread is in it, would go before any handler that could wait for that
// thread. So their __cxa_atexit is one that does nothing: its address is written where the loader
// has put that of the C library's. The linker's -z initfirst has this run before what initialises
// Halide.
#include <Halide.h>

#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace xphi::compiler {
namespace {

using Dynamic = ElfW(Dyn);
using Relocation = ElfW(Rela);
using Symbol = ElfW(Sym);

int registerNothing(void (*)(void *), void *, void *) { return 0; }

/// The dynamic section's tables. glibc has made addresses of its offsets.
class Tables {
public:
  explicit Tables(const link_map *library) : library(library) {}

  std::uintptr_t number(ElfW(Sxword) tag) const {
    for (const Dynamic *each = library->l_ld; each->d_tag != DT_NULL; ++each)
      if (each->d_tag == tag)
        return each->d_un.d_val;
    return 0;
  }
  template <class Row> const Row *table(ElfW(Sxword) tag) const {
    std::uintptr_t place = number(tag);
    if (place != 0 && place < library->l_addr)
      place += library->l_addr;
    return reinterpret_cast<const Row *>(place);
  }

private:
  const link_map *library;
};

/// What is read only once the loader is done.
struct Sealed {
  std::uintptr_t base, begin = 0, end = 0;
};

int findSealed(dl_phdr_info *info, std::size_t, void *argument) {
  auto &sealed = *static_cast<Sealed *>(argument);
  if (info->dlpi_addr != sealed.base)
    return 0;
  for (unsigned i = 0; i < info->dlpi_phnum; ++i)
    if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO) {
      sealed.begin = sealed.base + info->dlpi_phdr[i].p_vaddr;
      sealed.end = sealed.begin + info->dlpi_phdr[i].p_memsz;
    }
  return 1;
}

void write(std::uintptr_t place, const Sealed &sealed) {
  const bool isSealed = place >= sealed.begin && place < sealed.end;
  const auto page = std::uintptr_t(sysconf(_SC_PAGESIZE));
  void *start = reinterpret_cast<void *>(place & ~(page - 1)); // an aligned pointer is in one page
  if (isSealed && mprotect(start, page, PROT_READ | PROT_WRITE) != 0)
    return;
  const auto address = reinterpret_cast<std::uintptr_t>(&registerNothing);
  std::memcpy(reinterpret_cast<void *>(place), &address, sizeof address);
  if (isSealed)
    mprotect(start, page, PROT_READ);
}

/// Of the library that has this function.
void keepLateStaticsOf(const void *function) {
  Dl_info info;
  link_map *library = nullptr;
  if (!dladdr1(function, &info, reinterpret_cast<void **>(&library), RTLD_DL_LINKMAP) || !library)
    return;
  Sealed sealed{library->l_addr};
  dl_iterate_phdr(findSealed, &sealed);
  const Tables tables(library);
  const auto *symbols = tables.table<Symbol>(DT_SYMTAB);
  const auto *names = tables.table<char>(DT_STRTAB);
  if (!symbols || !names)
    return;
  struct {
    ElfW(Sxword) rows, bytes;
  } const parts[] = {{DT_JMPREL, DT_PLTRELSZ}, {DT_RELA, DT_RELASZ}};
  for (const auto &[rows, bytes] : parts) {
    const auto *row = tables.table<Relocation>(rows);
    for (std::size_t count = row ? tables.number(bytes) / sizeof *row : 0; count > 0;
         --count, ++row)
      // Whatever the kind on this processor, of a function the address is what stands there.
      if (const std::size_t symbol = ELF64_R_SYM(row->r_info);
          symbol != 0 && std::strcmp(names + symbols[symbol].st_name, "__cxa_atexit") == 0)
        write(library->l_addr + row->r_offset, sealed);
  }
}

} // namespace
} // namespace xphi::compiler

[[gnu::constructor]] static void keepLateStatics() {
  xphi::compiler::keepLateStaticsOf(reinterpret_cast<const void *>(&Halide::exceptions_enabled));
  xphi::compiler::keepLateStaticsOf(reinterpret_cast<const void *>(&keepLateStatics));
}
