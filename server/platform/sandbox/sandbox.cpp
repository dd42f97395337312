#include "platform/sandbox/sandbox.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "base/assert.hpp"
#include "base/time_left.hpp"

namespace reprise::sandbox {
namespace fs = std::filesystem;

namespace {

constexpr unsigned kNobody = 65534;
/// What the child ends with when it cannot be confined. Nothing of the command has run then.
constexpr int kNotConfined = 126;

[[noreturn]] void fail_with(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close_now(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  void close_now() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// Calls that a program which turns bytes into other bytes has no use for. They fail; the most
/// dangerous end the child.
std::vector<sock_filter> make_filter() {
  const std::unique_ptr<void, void (*)(void*)> context(seccomp_init(SCMP_ACT_ALLOW),
                                                       [](void* one) { seccomp_release(one); });
  REPRISE_ASSERT(context != nullptr);
  constexpr std::array kRefused = {
      SCMP_SYS(socket),      SCMP_SYS(socketpair), SCMP_SYS(connect),     SCMP_SYS(bind),
      SCMP_SYS(listen),      SCMP_SYS(accept),     SCMP_SYS(accept4),     SCMP_SYS(sendto),
      SCMP_SYS(sendmsg),     SCMP_SYS(sendmmsg),   SCMP_SYS(setuid),      SCMP_SYS(setgid),
      SCMP_SYS(unshare),     SCMP_SYS(setns),      SCMP_SYS(chroot),      SCMP_SYS(pivot_root),
      SCMP_SYS(mount),       SCMP_SYS(umount2),    SCMP_SYS(keyctl),      SCMP_SYS(add_key),
      SCMP_SYS(request_key), SCMP_SYS(kill),       SCMP_SYS(tkill),       SCMP_SYS(link),
      SCMP_SYS(linkat),      SCMP_SYS(mknod),      SCMP_SYS(mknodat),     SCMP_SYS(setpriority),
      SCMP_SYS(prlimit64),   SCMP_SYS(setrlimit),  SCMP_SYS(memfd_create)};
  constexpr std::array kDeadly = {SCMP_SYS(ptrace),
                                  SCMP_SYS(process_vm_readv),
                                  SCMP_SYS(process_vm_writev),
                                  SCMP_SYS(bpf),
                                  SCMP_SYS(perf_event_open),
                                  SCMP_SYS(userfaultfd),
                                  SCMP_SYS(io_uring_setup),
                                  SCMP_SYS(io_uring_enter),
                                  SCMP_SYS(init_module),
                                  SCMP_SYS(finit_module),
                                  SCMP_SYS(kexec_load),
                                  SCMP_SYS(open_by_handle_at),
                                  SCMP_SYS(name_to_handle_at)};
  for (const int call : kRefused) {
    REPRISE_ASSERT(seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(EPERM), call, 0) == 0);
  }
  for (const int call : kDeadly) {
    REPRISE_ASSERT(seccomp_rule_add(context.get(), SCMP_ACT_KILL_PROCESS, call, 0) == 0);
  }
  const Descriptor file(::memfd_create("filter", MFD_CLOEXEC));
  if (file.get() < 0) fail_with("memfd_create");
  REPRISE_ASSERT(seccomp_export_bpf(context.get(), file.get()) == 0);
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::vector<sock_filter> filter(static_cast<std::size_t>(size) / sizeof(sock_filter));
  if (::pread(file.get(), filter.data(), static_cast<std::size_t>(size), 0) != size) {
    fail_with("pread");
  }
  return filter;
}

const std::vector<sock_filter>& filter() {
  static const std::vector<sock_filter> kFilter = make_filter();
  return kFilter;
}

int landlock_abi() {
  return static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

constexpr std::uint64_t kReads =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrites = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                  LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                                  LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                  LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                                  LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;

void allow(int ruleset, const fs::path& path, std::uint64_t access) {
  const Descriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (place.get() < 0) return;  // this system has no such folder
  const landlock_path_beneath_attr rule{.allowed_access = access, .parent_fd = place.get()};
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

/// -1 where the kernel has no Landlock.
int make_ruleset(const fs::path& folder) {
  if (landlock_abi() < 1) return -1;
  const landlock_ruleset_attr wanted{.handled_access_fs = kReads | kWrites};
  const int ruleset =
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &wanted, sizeof(wanted), 0));
  if (ruleset < 0) return -1;
  for (const char* system : {"/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts"}) {
    const bool is_file = !fs::is_directory(system);
    allow(ruleset, system, is_file ? std::uint64_t{LANDLOCK_ACCESS_FS_READ_FILE} : kReads);
  }
  allow(ruleset, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
  allow(ruleset, folder,
        LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_WRITE_FILE |
            LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE);
  return ruleset;
}

bool limit(int what, std::uint64_t most) {
  const rlimit both{.rlim_cur = most, .rlim_max = most};
  return ::setrlimit(static_cast<__rlimit_resource>(what), &both) == 0;
}

/// Everything that the child needs, made before it begins: after `fork` in a program with several
/// threads it may only make system calls.
struct Prepared {
  std::vector<char*> arguments;
  std::array<char*, 3> environment;
  const char* folder;
  const Limits* limits;
  sock_fprog filter;
  int ruleset;
  int output;
  int nothing;
  bool drop_user;
};

bool drop_rights(const Prepared& prepared) {
  if (prepared.drop_user && (::syscall(SYS_setgroups, 0, nullptr) != 0 ||
                             ::syscall(SYS_setresgid, kNobody, kNobody, kNobody) != 0 ||
                             ::syscall(SYS_setresuid, kNobody, kNobody, kNobody) != 0)) {
    return false;
  }
  // Behind the change of user, which forgets it.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (prepared.ruleset >= 0 && ::syscall(SYS_landlock_restrict_self, prepared.ruleset, 0) != 0) {
    return false;
  }
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prepared.filter) == 0;
}

[[noreturn]] void become(const Prepared& prepared) {
  const Limits& limits = *prepared.limits;
  const bool ready =
      ::setpgid(0, 0) == 0 && ::chdir(prepared.folder) == 0 &&
      ::dup2(prepared.nothing, STDIN_FILENO) >= 0 && ::dup2(prepared.output, STDOUT_FILENO) >= 0 &&
      ::dup2(prepared.output, STDERR_FILENO) >= 0 &&
      ::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) == 0 &&
      limit(RLIMIT_CPU, limits.processor_seconds) && limit(RLIMIT_AS, limits.memory_bytes) &&
      limit(RLIMIT_FSIZE, limits.file_bytes) && limit(RLIMIT_NOFILE, limits.descriptors) &&
      limit(RLIMIT_CORE, 0);
  if (ready && drop_rights(prepared)) {
    ::execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
  }
  ::_exit(kNotConfined);
}

/// Reads what it prints until it ends or its time is over; then nothing of its group lives on.
Ended wait_for(pid_t child, int output, const Limits& limits) {
  Ended ended;
  const Deadline until = Deadline::after(limits.wall);
  std::array<char, 4096> piece{};
  for (;;) {
    const auto left = time_left(until).count();
    pollfd look{.fd = output, .events = POLLIN, .revents = 0};
    const int ready = left > 0 ? ::poll(&look, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      ended.in_time = false;
      break;
    }
    const ssize_t count = ::read(output, piece.data(), piece.size());
    if (count <= 0) break;  // nobody writes any more: it has ended
    const std::size_t room = limits.output_bytes_max - ended.output.size();
    ended.output.append(piece.data(), std::min(room, static_cast<std::size_t>(count)));
  }
  // A program that closes its output and goes on has no business to.
  constexpr int kGraceMs = 1000;
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd over{.fd = process.get(), .events = POLLIN, .revents = 0};
  if (!ended.in_time || ::poll(&over, 1, kGraceMs) != 1) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::kill(-child, SIGKILL);
  if (WIFEXITED(status)) ended.status = WEXITSTATUS(status);
  return ended;
}

}  // namespace

std::optional<std::string> find_program(std::string_view name) {
  for (const char* folder : {"/usr/bin/", "/usr/local/bin/", "/bin/"}) {
    std::string path = folder + std::string(name);
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

Ended run(const Command& command) {
  REPRISE_ASSERT(command.program.starts_with('/'));
  std::vector<std::string> words{command.program};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  std::string path = "PATH=/usr/bin:/bin";
  std::string home = "HOME=/nonexistent";
  std::vector<sock_filter> program = filter();
  const Descriptor ruleset(make_ruleset(command.folder));
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  std::array<int, 2> ends{};
  if (nothing.get() < 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) fail_with("pipe");
  const Descriptor output(ends[0]);
  Descriptor write_end(ends[1]);
  const bool drop_user = ::geteuid() == 0;
  if (drop_user && ::chown(command.folder.c_str(), kNobody, kNobody) != 0) fail_with("chown");
  Prepared prepared{
      .arguments = {},
      .environment = {path.data(), home.data(), nullptr},
      .folder = command.folder.c_str(),
      .limits = &command.limits,
      .filter = {.len = static_cast<unsigned short>(program.size()), .filter = program.data()},
      .ruleset = ruleset.get(),
      .output = write_end.get(),
      .nothing = nothing.get(),
      .drop_user = drop_user};
  prepared.arguments.reserve(words.size() + 1);
  for (std::string& word : words) prepared.arguments.push_back(word.data());
  prepared.arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) fail_with("fork");
  if (child == 0) become(prepared);
  write_end.close_now();
  return wait_for(child, output.get(), command.limits);
}

}  // namespace reprise::sandbox
