#include "features/studies/study_zip.hpp"

#include <boost/json/serialize.hpp>
#include <deque>
#include <stdexcept>
#include <utility>

#include "features/studies/study_json.hpp"
#include "features/studies/study_table.hpp"
#include "platform/zip/zip.hpp"

namespace reprise::studies {
namespace {

/// Pieces of the zip have about this size.
constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

/// A recording that is still to be put in.
struct Next {
  std::string folder;
  std::string recording_id;
};

class StudyZip final : public http::BodySource {
 public:
  StudyZip(access::Reach reach, const Study& study, const std::vector<Participant>& participants,
           FilesOf files_of, BlockingPool& pool, std::int64_t now_utc_ns)
      : reach_(std::move(reach)), files_of_(std::move(files_of)), pool_(pool), now_(now_utc_ns) {
    texts_.emplace_back("table.csv", table_of(study, participants));
    texts_.emplace_back("study.json", boost::json::serialize(to_api(study)));
    for (const Participant& one : participants) {
      for (const Talk& talk : one.talks) {
        if (!talk.recording_id) continue;
        next_.push_back({.folder = "recordings/" + name_of(one) + "/" + *talk.recording_id + "/",
                         .recording_id = *talk.recording_id});
      }
    }
  }

  Task<Bytes> next() override {
    while (!ended_ && made_.size() < kPieceBytes) co_await step();
    co_return std::exchange(made_, {});
  }

 private:
  Task<void> step() {
    if (open_) co_return co_await add_piece();
    if (!texts_.empty()) {
      auto [path, text] = std::move(texts_.front());
      texts_.pop_front();
      co_return co_await write([&, this] {
        writer_.begin({.path = path, .modified_utc_ns = now_});
        writer_.add(as_bytes(text));
      });
    }
    if (!files_.empty()) {
      open_ = std::move(files_.front());
      files_.pop_front();
      added_ = 0;
      co_return co_await write([this] {
        writer_.begin({.path = open_->name, .bytes = open_->bytes, .modified_utc_ns = now_});
      });
    }
    if (next_.empty()) {
      co_await write([this] { writer_.finish(); });
      ended_ = true;
      co_return;
    }
    const Next one = std::move(next_.front());
    next_.pop_front();
    auto files = co_await files_of_(reach_, one.recording_id);
    for (StudyFile& file : files) {
      file.name = one.folder + file.name;
      files_.push_back(std::move(file));
    }
  }

  Task<void> add_piece() {
    const Bytes piece = co_await open_->content->next();
    if (piece.empty()) {
      // The zip would be filled up with zeros.
      if (open_->bytes && *open_->bytes != added_) {
        throw std::runtime_error(open_->name + " has another size than it should have");
      }
      open_.reset();
      co_return;
    }
    added_ += piece.size();
    co_await write([this, &piece] { writer_.add(piece); });
  }

  template <class Work>
  Task<void> write(Work work) {
    co_await pool_.run([&, this] {
      work();
      const Bytes some = writer_.take();
      made_.insert(made_.end(), some.begin(), some.end());
    });
  }

  const access::Reach reach_;
  const FilesOf files_of_;
  BlockingPool& pool_;
  const std::int64_t now_;
  zip::Writer writer_;
  Bytes made_;
  std::deque<std::pair<std::string, std::string>> texts_;
  std::deque<StudyFile> files_;
  std::deque<Next> next_;
  std::optional<StudyFile> open_;
  std::uint64_t added_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<http::BodySource> zip_of(access::Reach reach, const Study& study,
                                         const std::vector<Participant>& participants,
                                         FilesOf files_of, BlockingPool& pool,
                                         std::int64_t now_utc_ns) {
  return std::make_unique<StudyZip>(std::move(reach), study, participants, std::move(files_of),
                                    pool, now_utc_ns);
}

}  // namespace reprise::studies
