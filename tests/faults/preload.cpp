// Faults at the n-th file call of a program, counted over all its threads (strace counts each
// thread by itself). Loaded by LD_PRELOAD. The variable FAULTS says what to do, in words
// `name=value` separated by blanks:
//
//   path=TEXT   only calls on files whose path contains TEXT
//   calls=LIST  only these calls, separated by commas (without it all of them):
//               open write fsync rename unlink mkdir truncate
//   count=FILE  keeps the number of calls so far in FILE (8 bytes), also when the program is killed
//   at=N        the fault comes at the N-th call (without it calls are only counted)
//   until=M     and at all later calls up to the M-th (without it only once)
//   do=WHAT     kill | EIO | ENOSPC | EMFILE | short (writes half) | delay (50 ms)

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

/// The content of FAULTS. Made before main, then only read.
struct Plan {
  std::string path;
  std::string calls;
  std::string what;
  long first = 0;
  long last = 0;
  std::atomic<long>* count = nullptr;
};

void set(Plan& plan, std::string_view name, const std::string& value) {
  if (name == "path") plan.path = value;
  if (name == "calls") plan.calls = "," + value + ",";
  if (name == "do") plan.what = value;
  if (name == "at") plan.first = std::atol(value.c_str());
  if (name == "until") plan.last = std::atol(value.c_str());
  if (name != "count") return;
  const int file = ::open(value.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(long)) != 0) std::abort();
  void* memory = ::mmap(nullptr, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (memory == MAP_FAILED) std::abort();
  plan.count = static_cast<std::atomic<long>*>(memory);
}

const Plan* plan = nullptr;

__attribute__((constructor)) void read_plan() {
  const char* given = std::getenv("FAULTS");
  if (given == nullptr) return;
  auto* made = new Plan;
  std::string_view rest = given;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    const std::size_t equals = word.find('=');
    if (equals == word.npos) std::abort();
    set(*made, word.substr(0, equals), std::string(word.substr(equals + 1)));
  }
  if (made->count == nullptr) std::abort();
  made->last = std::max(made->first, made->last);
  plan = made;
}

bool concerns(const char* call, const char* path) {
  if (plan == nullptr || path == nullptr) return false;
  if (!plan->calls.empty() &&
      plan->calls.find("," + std::string(call) + ",") == std::string::npos) {
    return false;
  }
  return std::strstr(path, plan->path.c_str()) != nullptr;
}

/// What to do instead of the call: an errno, -1 for a short write, or 0 for the call itself. `path`
/// is the path of the file.
int fault(const char* call, const char* path) {
  if (!concerns(call, path)) return 0;
  const long number = ++*plan->count;
  if (number < plan->first || number > plan->last || plan->first == 0) return 0;
  if (plan->what == "kill") ::kill(::getpid(), SIGKILL);
  if (plan->what == "delay") ::usleep(50'000);
  if (plan->what == "EIO") return EIO;
  if (plan->what == "ENOSPC") return ENOSPC;
  // Only calls that make a descriptor can run out of descriptors.
  if (plan->what == "EMFILE") return std::strcmp(call, "open") == 0 ? EMFILE : 0;
  return plan->what == "short" ? -1 : 0;
}

int fault(const char* call, int descriptor) {
  if (plan == nullptr) return 0;
  char link[32];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = ::readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return fault(call, path);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// Makes the real call, unless there is an errno to return instead.
template <class Function, class... Arguments>
auto run(int error, const char* name, Arguments... arguments) {
  static_assert(sizeof...(Arguments) > 0);
  using Result = decltype(std::declval<Function>()(arguments...));
  if (error > 0) {
    errno = error;
    return static_cast<Result>(-1);
  }
  return next<Function>(name)(arguments...);
}

using Open = int (*)(const char*, int, mode_t);
using OpenAt = int (*)(int, const char*, int, mode_t);
using Write = ssize_t (*)(int, const void*, std::size_t);
using PWrite = ssize_t (*)(int, const void*, std::size_t, off_t);
using OfDescriptor = int (*)(int);
using OfPath = int (*)(const char*);

std::size_t half_if(int error, std::size_t count) {
  return error < 0 && count > 1 ? count / 2 : count;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

// NOLINTBEGIN: the names and signatures are libc's
extern "C" {

#define OPEN(NAME)                                                   \
  int NAME(const char* path, int flags, ...) {                       \
    va_list arguments;                                               \
    va_start(arguments, flags);                                      \
    const mode_t mode = mode_of(flags, arguments);                   \
    va_end(arguments);                                               \
    return run<Open>(fault("open", path), #NAME, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(NAME)                                                                   \
  int NAME(int directory, const char* path, int flags, ...) {                          \
    va_list arguments;                                                                 \
    va_start(arguments, flags);                                                        \
    const mode_t mode = mode_of(flags, arguments);                                     \
    va_end(arguments);                                                                 \
    const int error = path[0] == '/' ? fault("open", path) : fault("open", directory); \
    return run<OpenAt>(error, #NAME, directory, path, flags, mode);                    \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int descriptor, const void* data, std::size_t count) {
  const int error = fault("write", descriptor);
  return run<Write>(error, "write", descriptor, data, half_if(error, count));
}
ssize_t pwrite(int descriptor, const void* data, std::size_t count, off_t at) {
  const int error = fault("write", descriptor);
  return run<PWrite>(error, "pwrite", descriptor, data, half_if(error, count), at);
}
ssize_t pwrite64(int descriptor, const void* data, std::size_t count, off_t at) {
  const int error = fault("write", descriptor);
  return run<PWrite>(error, "pwrite64", descriptor, data, half_if(error, count), at);
}
int fsync(int descriptor) {
  return run<OfDescriptor>(fault("fsync", descriptor), "fsync", descriptor);
}
int fdatasync(int descriptor) {
  return run<OfDescriptor>(fault("fsync", descriptor), "fdatasync", descriptor);
}
int rename(const char* from, const char* to) {
  return run<int (*)(const char*, const char*)>(fault("rename", from), "rename", from, to);
}
int unlink(const char* path) { return run<OfPath>(fault("unlink", path), "unlink", path); }
int rmdir(const char* path) { return run<OfPath>(fault("unlink", path), "rmdir", path); }
int unlinkat(int directory, const char* path, int flags) {
  const int error = path[0] == '/' ? fault("unlink", path) : fault("unlink", directory);
  return run<int (*)(int, const char*, int)>(error, "unlinkat", directory, path, flags);
}
int mkdir(const char* path, mode_t mode) {
  return run<int (*)(const char*, mode_t)>(fault("mkdir", path), "mkdir", path, mode);
}
int ftruncate(int descriptor, off_t size) {
  return run<int (*)(int, off_t)>(fault("truncate", descriptor), "ftruncate", descriptor, size);
}
int ftruncate64(int descriptor, off_t size) {
  return run<int (*)(int, off_t)>(fault("truncate", descriptor), "ftruncate64", descriptor, size);
}

}  // extern "C"
// NOLINTEND
