#pragma once

// A recording of a few seconds in an archive, and the views of it. Not part of the program.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/parse.hpp>
#include <thread>

#include "domain/recording/fold/scenario_for_test.hpp"
#include "features/playback/views.hpp"
#include "platform/archive/archive_test_support.hpp"

namespace reprise::playback {

using archive::kSecond;
using archive::RecordingEnd;
using session::Seq;

/// The archive's listener until the views are made.
class Deaf final : public archive::ArchiveListener {
 public:
  void on_chunk_stored(const session::RecordingId&, Seq,
                       std::shared_ptr<const archive::StoredChunk>) override {}
  void on_ended(const session::RecordingId&) override {}
  Task<bool> on_erased(session::RecordingId, Deadline) override { co_return true; }
};

class PlaybackTest : public archive::ArchiveTest {
 protected:
  PlaybackTest() { begin_views(); }
  ~PlaybackTest() override {
    end_views();
    work_.reset();
    thread_.join();
    folds_.close();
  }

  /// Makes the views as a starting server does.
  void begin_views() {
    views_.emplace(*archive_, views_root(), folds_, pool_, context_.get_executor());
    archive_->listen(*views_);
  }
  void end_views() {
    if (!views_) return;
    on_executor(views_->close(Deadline::after(std::chrono::seconds(10))));
    archive_->listen(deaf_);
    views_.reset();
  }
  /// Runs a task that must be on the thread of the views, and waits for it.
  void on_executor(Task<void> task) {
    boost::asio::co_spawn(context_, std::move(task), boost::asio::use_future).get();
  }
  std::filesystem::path views_root() const { return directory_ / "views"; }

  /// Three seconds in which the person says something, one chunk for each second.
  static const std::vector<Bytes>& chunks() {
    static const std::vector<Bytes> made = [] {
      using namespace recording::scenario;
      Session session;
      session.started();
      session.anchors(0, 3 * 48'000);
      session.mic(0, 0, voice_samples(0, 16'000, 3 * 16'000));
      session.said(2 * 48'000, "what is the time");
      session.ended(3 * 48'000);
      std::size_t count = session.rows.size();
      return session.chunks([count](std::size_t at) { return at % (count / 3 + 1) == 0; });
    }();
    return made;
  }
  void put_chunk(std::int64_t seq) {
    Bytes bytes = chunks().at(static_cast<std::size_t>(seq));
    const archive::ExpectedDigest expected{.sha256 = sha256(bytes), .crc32c = crc32c(bytes)};
    const auto stored = run_alone(archive_->put_chunk(access::Reach::everything(), id_, Seq(seq),
                                                      expected, std::move(bytes)));
    ASSERT_TRUE(stored.has_value()) << stored.error().client_message;
  }
  void put_all_and_finish() {
    for (std::int64_t seq = 0; seq < 3; ++seq) put_chunk(seq);
    ASSERT_TRUE(finish(2).has_value());
  }
  Result<std::optional<MediaFile>> media() {
    return run_alone(views_->media(access::Reach::everything(), id_));
  }
  /// Waits for the media of this version or a later one.
  MediaFile media_of(std::int64_t version) {
    const auto until = Deadline::after(std::chrono::seconds(20));
    while (!until.passed()) {
      const auto found = media();
      if (found && *found && (*found)->version >= version) return **found;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("the view was not made in time");
  }
  boost::json::object manifest() {
    return boost::json::parse(run_alone(views_->texts(access::Reach::everything(), id_)).manifest)
        .as_object();
  }
  /// The version of the view, once it is `version` or later; 0 when that takes too long. Asks the
  /// archive only, so that it causes no fold.
  std::int64_t version_in_time(std::int64_t version) {
    const auto until = Deadline::after(std::chrono::seconds(60));
    while (!until.passed()) {
      const auto found = row();
      if (found && found->version >= version) return found->version;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return 0;
  }
  std::optional<archive::ViewRow> row() {
    return *run_alone(archive_->find_view(access::Reach::everything(), id_));
  }

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ =
      boost::asio::make_work_guard(context_);
  std::thread thread_{[this] { context_.run(); }};
  Deaf deaf_;
  BlockingPool folds_{"folds", 1};
  std::optional<Views> views_;
};

}  // namespace reprise::playback
