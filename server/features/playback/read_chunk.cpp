#include "features/playback/read_chunk.hpp"

#include "domain/recording/format/chunk.hpp"

namespace reprise::playback {

Task<std::shared_ptr<const archive::StoredChunk>> read_chunk(archive::Contents& archive,
                                                             BlockingPool& pool,
                                                             session::RecordingId id,
                                                             std::int64_t seq) {
  auto bytes =
      co_await archive.read_chunk(access::Reach::everything(), std::move(id), session::Seq(seq));
  if (!bytes) co_return nullptr;
  co_return co_await pool.run([&bytes]() -> std::shared_ptr<const archive::StoredChunk> {
    auto chunk = std::make_shared<archive::StoredChunk>();
    chunk->bytes = *std::move(bytes);
    auto content = recording::parse_chunk(chunk->bytes);
    // Otherwise a version with other rules has stored it.
    if (content) chunk->content = *std::move(content);
    return chunk;
  });
}

}  // namespace reprise::playback
