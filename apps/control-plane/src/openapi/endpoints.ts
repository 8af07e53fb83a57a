import { RequestMethod, type Type } from '@nestjs/common';
import {
  CUSTOM_ROUTE_ARGS_METADATA,
  HTTP_CODE_METADATA,
  METHOD_METADATA,
  MODULE_METADATA,
  PATH_METADATA,
  ROUTE_ARGS_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { TSchema } from 'typebox';
import { ACCESS_RULE, type AccessRule } from '../access/access.decorator.ts';
import { API_OPERATION, type ApiOperationInfo } from '../http/api-operation.ts';
import { optionalBody, requiredBody } from '../http/json-body.ts';

/** The body that a handler reads. Without a schema it is any JSON. */
export interface EndpointBody {
  readonly schema: TSchema | undefined;
  readonly isOptional: boolean;
}

/** A handler as its decorators describe it. */
export interface Endpoint {
  readonly method: string;
  /** As a route: `/api/v1/groups/:group`. */
  readonly path: string;
  /** `Class.handler`, for whoever has to find it. */
  readonly handler: string;
  readonly rule: AccessRule | undefined;
  /** Undefined where its author has forgotten it. */
  readonly operation: ApiOperationInfo | undefined;
  readonly body: EndpointBody | undefined;
  /** Of a success, where the handler does not choose. */
  readonly status: number;
  readonly readsQuery: boolean;
}

type Handler = (...args: unknown[]) => unknown;

/** The controllers of a module and of everything that it imports, each once. */
export function controllersOf(module: unknown, seen = new Set<unknown>()): Type[] {
  if (typeof module !== 'object' && typeof module !== 'function') return [];
  if (module === null || seen.has(module)) return [];
  seen.add(module);
  const dynamic = module as { readonly imports?: unknown[]; readonly controllers?: Type[]; readonly module?: Type };
  const fixed = dynamic.module ?? (module as Type);
  const imports = [...(dynamic.imports ?? []), ...listed<unknown>(MODULE_METADATA.IMPORTS, fixed)];
  const controllers = [...(dynamic.controllers ?? []), ...listed<Type>(MODULE_METADATA.CONTROLLERS, fixed)];
  return [...new Set([...controllers, ...imports.flatMap((inner) => controllersOf(inner, seen))])];
}

function listed<T>(key: string, module: Type): T[] {
  return typeof module === 'function' ? ((Reflect.getMetadata(key, module) as T[] | undefined) ?? []) : [];
}

/** The endpoints of controllers whose path begins with `prefix`, sorted by path. */
export function endpointsOf(controllers: readonly Type[], prefix: string): Endpoint[] {
  return controllers
    .flatMap(endpointsOfController)
    .filter(({ path }) => `${path}/`.startsWith(`${prefix}/`))
    .sort((a, b) => (a.path === b.path ? order(a.method, b.method) : order(a.path, b.path)));
}

function order(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function endpointsOfController(controller: Type): Endpoint[] {
  const prototype = controller.prototype as Record<string, unknown>;
  const names = Object.getOwnPropertyNames(prototype).filter((name) => typeof prototype[name] === 'function');
  return names.flatMap((name) => {
    const handler = prototype[name] as Handler;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    const own = texts(Reflect.getMetadata(PATH_METADATA, handler));
    const bases = texts(Reflect.getMetadata(PATH_METADATA, controller));
    const paths = bases.flatMap((base) => own.map((part) => join(base, part)));
    const described = describe(controller, name, handler, method);
    return paths.map((path) => ({ ...described, path }));
  });
}

function describe(controller: Type, name: string, handler: Handler, method: RequestMethod): Omit<Endpoint, 'path'> {
  const { body, readsQuery } = argumentsOf(controller, name);
  const usual = method === RequestMethod.POST ? 201 : 200;
  return {
    method: RequestMethod[method],
    handler: `${controller.name}.${name}`,
    rule: (Reflect.getMetadata(ACCESS_RULE, handler) ?? Reflect.getMetadata(ACCESS_RULE, controller)) as AccessRule,
    operation: Reflect.getMetadata(API_OPERATION, handler) as ApiOperationInfo | undefined,
    status: (Reflect.getMetadata(HTTP_CODE_METADATA, handler) as number | undefined) ?? usual,
    body,
    readsQuery,
  };
}

interface Argument {
  readonly factory?: unknown;
  readonly data?: unknown;
}

/** Decorated parameters are kept by kind and place; those of our own making carry the function that reads them. */
function argumentsOf(controller: Type, name: string): Pick<Endpoint, 'body' | 'readsQuery'> {
  const metadata = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as Record<string, Argument> | undefined;
  const entries = Object.entries(metadata ?? {});
  const readsQuery = entries.some(([key]) => key.startsWith(`${RouteParamtypes.QUERY}:`));
  const custom = entries.filter(([key]) => key.includes(CUSTOM_ROUTE_ARGS_METADATA)).map(([, argument]) => argument);
  const found = custom.find(({ factory }) => factory === requiredBody || factory === optionalBody);
  const body = found && { schema: found.data as TSchema | undefined, isOptional: found.factory === optionalBody };
  return { body, readsQuery };
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value as string[];
  return [typeof value === 'string' ? value : ''];
}

function join(base: string, part: string): string {
  const parts = [base, part].map((text) => text.replaceAll(/^\/+|\/+$/g, '')).filter((text) => text !== '');
  return `/${parts.join('/')}`;
}
