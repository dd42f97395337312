#include "features/playback/mcap_download.hpp"

#include "platform/archive/mcap_source.hpp"

namespace reprise::playback {
namespace {

class AsBody final : public http::BodySource {
 public:
  explicit AsBody(std::unique_ptr<blob::BlobSource> source) : source_(std::move(source)) {}
  Task<Bytes> next() override { return source_->next(); }

 private:
  const std::unique_ptr<blob::BlobSource> source_;
};

}  // namespace

std::unique_ptr<http::BodySource> mcap_download(archive::Contents& archive, BlockingPool& pool,
                                                access::Reach reach, session::RecordingId id,
                                                std::vector<std::int64_t> seqs) {
  return std::make_unique<AsBody>(
      archive::mcap_source(archive, pool, std::move(reach), std::move(id), std::move(seqs)));
}

}  // namespace reprise::playback
