/** Expressions and scripts, as the server computes them over given data. */
import { http, must, type Schemas } from '@/api/client';
import type { Scope } from '../model/scope';

export type Evaluated = Schemas['EvaluatedValue'];

export const evaluate = (values: Schemas['ValueRequest'][], scope: Scope) =>
  must(
    http.POST('/api/v1/expressions/evaluate', { body: { values, scope: scope as Schemas['ScopeRequest'] } }),
  );

export const runScript = (code: string, scope: Scope, check_only: boolean) =>
  must(
    http.POST('/api/v1/scripts/run', { body: { code, scope: scope as Schemas['ScopeRequest'], check_only } }),
  );
