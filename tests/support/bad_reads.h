/* Bad sectors under one file, and reads and writes that do less than they were
 * asked to: this program's pread and pwrite, instead of the system's.
 * Include it in one file of a program. */
#ifndef BAD_READS_H
#define BAD_READS_H

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { BAD_SECTOR = 512 };

static struct {
	dev_t dev; /* of the file */
	ino_t ino;
	int64_t offset;	    /* of the sector that cannot be read; -1: none */
	atomic_ulong count; /* of reads of the file so far */
	unsigned long first, last; /* these reads fail, counted from 1 */
	size_t piece;		   /* no call does more bytes; 0: all */
} bad_reads = { .offset = -1 };

static inline void
bad_reads_of(const char *path)
{
	struct stat info = { 0 };

	(void)stat(path, &info);
	bad_reads.dev = info.st_dev;
	bad_reads.ino = info.st_ino;
	bad_reads.offset = -1;
	bad_reads.count = 0;
	bad_reads.first = 0;
	bad_reads.last = 0;
	bad_reads.piece = 0;
}

static inline size_t
piece_of(size_t len)
{
	return bad_reads.piece > 0 && len > bad_reads.piece ? bad_reads.piece
							    : len;
}

static bool
read_is_bad(int fd, size_t len, int64_t offset)
{
	struct stat info;
	unsigned long count;

	if (bad_reads.ino == 0 || fstat(fd, &info) != 0 ||
	    info.st_ino != bad_reads.ino || info.st_dev != bad_reads.dev)
		return false;
	count = atomic_fetch_add(&bad_reads.count, 1) + 1;
	if (bad_reads.offset >= 0 && offset < bad_reads.offset + BAD_SECTOR &&
	    bad_reads.offset < offset + (int64_t)len)
		return true;
	return bad_reads.first > 0 && count >= bad_reads.first &&
	       count <= bad_reads.last;
}

ssize_t
pread(int fd, void *data, size_t len, off_t offset)
{
	if (read_is_bad(fd, len, (int64_t)offset)) {
		errno = EIO;
		return -1;
	}
	return (ssize_t)syscall(SYS_pread64, fd, data, piece_of(len), offset);
}

ssize_t
pwrite(int fd, const void *data, size_t len, off_t offset)
{
	return (ssize_t)syscall(SYS_pwrite64, fd, data, piece_of(len), offset);
}

#endif
