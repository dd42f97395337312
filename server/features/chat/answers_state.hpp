#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/bell.hpp"
#include "features/chat/answers.hpp"

// Inside of Answers: what its two sources share.
namespace reprise::chat {

/// An answer that is written here. Its pieces are stored already.
struct Answers::Live {
  Bell bell;  ///< rings for each piece and for the end
  // Used on the executor's thread only.
  boost::asio::cancellation_signal cancel;
  bool cancelled = false;

  void add(std::string piece) {
    {
      const std::scoped_lock guard(lock_);
      pieces_.push_back(std::move(piece));
    }
    bell.ring();
  }
  void end() {
    {
      const std::scoped_lock guard(lock_);
      over_ = true;
    }
    bell.ring();
  }
  std::int64_t count() const {
    const std::scoped_lock guard(lock_);
    return std::ssize(pieces_);
  }
  /// The pieces after the first `after`; empty once it has ended: ask the database.
  std::optional<std::vector<std::string>> after(std::int64_t after) const {
    const std::scoped_lock guard(lock_);
    if (over_) return std::nullopt;
    if (after >= std::ssize(pieces_)) return std::vector<std::string>();
    return std::vector<std::string>(pieces_.begin() + after, pieces_.end());
  }

 private:
  mutable std::mutex lock_;
  std::vector<std::string> pieces_;
  bool over_ = false;
};

struct Answers::State {
  explicit State(boost::asio::any_io_executor one) : executor(std::move(one)), tasks(executor) {}

  const boost::asio::any_io_executor executor;
  TaskGroup tasks;
  std::atomic<bool> draining = false;
  Bell begun;  ///< rings when an answer begins to be written here

  /// Null: it is still written here.
  std::shared_ptr<Live> add(const MessageId& answer) {
    auto added = std::make_shared<Live>();
    {
      const std::scoped_lock guard(lock_);
      if (!live_.try_emplace(answer.value, added).second) return nullptr;
    }
    begun.ring();
    return added;
  }
  std::shared_ptr<Live> find(const MessageId& answer) const {
    const std::scoped_lock guard(lock_);
    const auto found = live_.find(answer.value);
    return found == live_.end() ? nullptr : found->second;
  }
  std::vector<std::shared_ptr<Live>> all() const {
    const std::scoped_lock guard(lock_);
    std::vector<std::shared_ptr<Live>> all;
    all.reserve(live_.size());
    for (const auto& [id, live] : live_) all.push_back(live);
    return all;
  }
  void ring_all() const {
    for (const auto& live : all()) live->bell.ring();
  }
  void cancel(std::shared_ptr<Live> live) const {
    boost::asio::post(executor, [live = std::move(live)] {
      live->cancelled = true;
      live->cancel.emit(boost::asio::cancellation_type::terminal);
    });
  }
  /// Takes an answer away when its writer ends.
  struct Removal {
    State& state;
    const MessageId& answer;
    ~Removal() {
      std::shared_ptr<Live> live;
      {
        const std::scoped_lock guard(state.lock_);
        const auto found = state.live_.find(answer.value);
        live = std::move(found->second);
        state.live_.erase(found);
      }
      live->end();
    }
  };

  /// False: the user has as many streams open as allowed.
  bool open_stream(const std::string& user) {
    const std::scoped_lock guard(lock_);
    int& open = streams_[user];
    if (open >= kStreamsAtOnceMax) return false;
    ++open;
    return true;
  }
  void close_stream(const std::string& user) {
    const std::scoped_lock guard(lock_);
    const auto found = streams_.find(user);
    if (found != streams_.end() && --found->second == 0) streams_.erase(found);
  }

 private:
  mutable std::mutex lock_;
  std::map<std::string, std::shared_ptr<Live>> live_;  // shared with streams
  std::map<std::string, int> streams_;
};

}  // namespace reprise::chat
