#ifndef SKEWLAB_COPENBLAS_H
#define SKEWLAB_COPENBLAS_H

#include <cblas.h>

// Debian's OpenBLAS exports the Fortran LAPACK symbols and no LAPACKE, and its lapack.h is optional:
// the routines used here are declared by hand, with 32-bit integers (LP64).
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info);
void dpotrs_(const char *uplo, const int *n, const int *nrhs, const double *a, const int *lda, double *b,
    const int *ldb, int *info);
void dpocon_(const char *uplo, const int *n, const double *a, const int *lda, const double *anorm,
    double *rcond, double *work, int *iwork, int *info);
void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
    double *work, const int *lwork, int *info);
void dgeev_(const char *jobvl, const char *jobvr, const int *n, double *a, const int *lda, double *wr, double *wi,
    double *vl, const int *ldvl, double *vr, const int *ldvr, double *work, const int *lwork, int *info);
void dgelsd_(const int *m, const int *n, const int *nrhs, double *a, const int *lda, double *b, const int *ldb,
    double *s, const double *rcond, int *rank, double *work, const int *lwork, int *iwork, int *info);

#endif
