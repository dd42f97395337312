#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <mutex>
#include <random>
#include <system_error>

#include "emulator/options.hpp"
#include "emulator/routes.hpp"
#include "emulator/speech/ears.hpp"
#include "platform/http/server.hpp"

namespace reprise::emulator {
namespace {

constexpr int kBadUsage = 78;  // EX_CONFIG of sysexits.h
constexpr std::size_t kRecognisers = 2;
constexpr std::chrono::seconds kDrain{5};

int complain(const std::string& what) {
  std::fprintf(stderr, "reprise-emulator: %s\n", what.c_str());
  return kBadUsage;
}

/// The only source of random numbers in the program, so that a seed determines all of them.
std::function<std::uint64_t()> random_source(std::optional<std::uint64_t> seed) {
  struct Source {
    std::mutex mutex;
    std::mt19937_64 numbers;
  };
  auto source = std::make_shared<Source>();  // owned by all copies of the function
  std::random_device device;
  source->numbers.seed(seed ? *seed : (std::uint64_t{device()} << 32U) | device());
  return [source] {
    const std::lock_guard lock(source->mutex);
    return source->numbers();
  };
}

Scenario scenario_of(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  if (!file) throw ScenarioError("the file cannot be read");
  return read_scenario({std::istreambuf_iterator<char>(file), {}});
}

void wait_for_signal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

int serve(const Options& options, Scenario scenario) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread is started

  const auto random = random_source(options.seed);
  BlockingPool listening("ears", kRecognisers);
  BlockingPool speaking("voice", 1);  // flite speaks one sentence at a time
  Ears ears(kRecognisers);
  const auto file_processing = scenario.file_processing;
  Services services{
      .scenario = std::move(scenario),
      .key = options.key,
      .random = random,
      .tokens = TokenStore(random),
      .handles = HandleStore(random),
      .files = FileStore(random, file_processing),
      .listening = listening,
      .understand =
          [&ears](std::span<const std::int16_t> utterance, const std::function<bool()>& wanted) {
            return ears.understand(utterance, wanted);
          },
      .speaking = speaking};
  int status = 0;
  try {
    http::Server server(http::ServerOptions{.address = options.host,
                                            .port = options.port,
                                            .merge_slashes = true,
                                            .cross_origin = true},
                        make_routes(services));
    server.start();
    const bool v6 = options.host.find(':') != std::string::npos;
    std::printf("ready http://%s%s%s:%d\n", v6 ? "[" : "", options.host.c_str(), v6 ? "]" : "",
                server.port());
    std::fflush(stdout);
    wait_for_signal(signals);
    server.close(Deadline::after(kDrain));
    // Before the server is destroyed: the pools' threads may still be inside of waking one of its
    // threads.
    listening.close();
    speaking.close();
  } catch (const std::system_error& error) {
    status = complain(error.what());
  }
  listening.close();
  speaking.close();
  return status;
}

int run(std::span<const char* const> arguments) {
  const auto options = read_options(arguments);
  if (!options) return complain(options.error() + " See --help.");
  if (options->help) {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (options->version) {
    std::puts("reprise-emulator " REPRISE_VERSION);
    return 0;
  }
  try {
    return serve(*options, scenario_of(options->scenario_path));
  } catch (const ScenarioError& error) {
    return complain(options->scenario_path + ": " + error.what());
  }
}

}  // namespace
}  // namespace reprise::emulator

int main(int count, char** arguments) {
  return reprise::emulator::run(
      {arguments + 1, static_cast<std::size_t>(count > 0 ? count - 1 : 0)});
}
