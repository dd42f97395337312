#include "platform/archive/mcap_source.hpp"

#include <stdexcept>

#include "domain/recording/format/chunk.hpp"

namespace reprise::archive {
namespace {

class McapSource final : public blob::BlobSource {
 public:
  McapSource(Contents& archive, BlockingPool& pool, Reach reach, RecordingId id,
             std::vector<std::int64_t> seqs)
      : archive_(archive),
        pool_(pool),
        reach_(std::move(reach)),
        id_(std::move(id)),
        seqs_(std::move(seqs)) {}

  Task<Bytes> next() override {
    if (!begun_) {
      begun_ = true;
      co_return writer_.begin();
    }
    while (at_ < seqs_.size()) {
      const auto bytes = co_await archive_.read_chunk(reach_, id_, Seq(seqs_[at_++]));
      if (!bytes) {
        const auto standing = co_await archive_.standing(reach_, id_);
        if (!standing) throw std::runtime_error("the recording was erased during its download");
        continue;
      }
      Bytes piece = co_await pool_.run([this, &bytes] {
        const auto chunk = recording::parse_chunk(*bytes);
        return chunk ? writer_.add(*chunk) : Bytes();
      });
      if (!piece.empty()) co_return piece;
    }
    if (ended_) co_return Bytes();
    ended_ = true;
    co_return writer_.end();
  }

 private:
  Contents& archive_;
  BlockingPool& pool_;
  const Reach reach_;
  const RecordingId id_;
  const std::vector<std::int64_t> seqs_;
  recording::DownloadWriter writer_;
  std::size_t at_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<blob::BlobSource> mcap_source(Contents& archive, BlockingPool& pool, Reach reach,
                                              RecordingId id, std::vector<std::int64_t> seqs) {
  return std::make_unique<McapSource>(archive, pool, std::move(reach), std::move(id),
                                      std::move(seqs));
}

}  // namespace reprise::archive
