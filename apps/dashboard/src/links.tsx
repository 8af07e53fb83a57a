import { Anchor, Button, type ButtonProps, NavLink } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ComponentPropsWithRef, JSX } from 'react';

/** A link in a text. */
export const TextLink = createLink(Anchor<'a'>);

/** A link that looks like the action that it leads to. */
export const ButtonLink = createLink(AnchorButton);

/** An entry of the navigation. */
export const NavItem = createLink(NavLink<'a'>);

function AnchorButton(props: ButtonProps & Omit<ComponentPropsWithRef<'a'>, keyof ButtonProps>): JSX.Element {
  return <Button component="a" {...props} />;
}
