#pragma once

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

#include "base/async.hpp"

namespace reprise::app {

/// What a doctor prints: one line a step, with its verdict and its time.
class DoctorSteps {
 public:
  explicit DoctorSteps(std::FILE* out) : out_(out) {}
  /// Begins a step; `name` is one short word.
  void begin(std::string name) {
    name_ = std::move(name);
    began_ = std::chrono::steady_clock::now();
  }
  void done(std::string_view words) { print("ok", words); }
  void failed(std::string_view words) {
    all_fine_ = false;
    print("FAILED", words);
  }
  /// A line without a time.
  void say(std::string_view name, std::string_view verdict, std::string_view words) {
    fmt::print(out_, "{:<6} {:<9} {:>9}  {}\n", verdict, name, "", words);
    std::fflush(out_);
  }
  /// True when no step has failed.
  bool all_fine() const { return all_fine_; }
  /// A line below a step.
  void add(std::string_view words) {
    fmt::print(out_, "{:<27}{}\n", "", words);
    std::fflush(out_);
  }

 private:
  void print(std::string_view verdict, std::string_view words) {
    const auto took = std::chrono::steady_clock::now() - began_;
    const std::int64_t ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    fmt::print(out_, "{:<6} {:<9} {:>6} ms  {}\n", verdict, name_, ms, words);
    std::fflush(out_);
  }

  std::FILE* out_;
  std::string name_;
  std::chrono::steady_clock::time_point began_;
  bool all_fine_ = true;
};

/// Runs a doctor's examination to its end on `context`, which nothing else uses. Returns the exit
/// code: 0 when the examination says that everything worked, 1 when it does not or throws; what it
/// throws is printed to `out`.
int exit_code_of(boost::asio::io_context& context, Task<bool> examined, std::FILE* out);

}  // namespace reprise::app
