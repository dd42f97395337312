#pragma once

// A database in front of another one: a test lets something happen before its reads or writes. Not
// part of the program.

#include "platform/database/database.hpp"

namespace reprise::database {

/// Passes everything on to a database that outlives it.
class WrappedDatabase : public Database {
 public:
  explicit WrappedDatabase(Database& there) : there_(there) {}
  Task<bool> scrub(Deadline deadline) override { return there_.scrub(deadline); }
  std::optional<std::string> broken() const override { return there_.broken(); }
  void close() override {}

 protected:
  /// Called before each read and write; may throw.
  virtual void before_read() {}
  virtual Task<void> before_write() { co_return; }

  Task<void> run_write(Deadline deadline, std::function<bool(Transaction&)> work) override {
    co_await before_write();
    co_await there_.write(deadline, [&](Transaction& transaction) -> Status {
      if (work(transaction)) return {};
      return fail(ErrorCode::Conflict, "The work does not want to be kept.");
    });
  }
  Task<void> run_read(Deadline deadline, std::function<void(Transaction&)> work) override {
    before_read();
    co_await there_.write(deadline, [&](Transaction& transaction) { work(transaction); });
  }
  bool give_back_spare() override { return false; }

 private:
  Database& there_;
};

}  // namespace reprise::database
